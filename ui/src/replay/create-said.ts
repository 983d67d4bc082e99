/** What is said aloud: that it plays, stands or has ended, and never every single event. */
import { type Accessor, createComputed, createMemo, createSignal, on, untrack } from 'solid-js';
import type { ReplayView } from './create-replay';
import { atEnd } from './replay-state';
import { replayText } from './replay-text';

export function createSaid(replay: ReplayView, seen: Accessor<string>): Accessor<string> {
  const [said, setSaid] = createSignal('');
  createComputed(on(replay.said, setSaid, { defer: true }));
  createComputed(
    on(
      createMemo(() => sayable(replay)),
      (word) => setSaid(word === 'paused' ? replayText.said.paused(untrack(seen)) : replayText.said[word]),
      { defer: true },
    ),
  );
  return said;
}

function sayable(replay: ReplayView): 'paused' | 'playing' | 'ended' | 'lost' {
  const state = replay.state();
  if (state.link.name === 'waiting') return 'lost';
  if (state.playing) return 'playing';
  return atEnd(state) ? 'ended' : 'paused';
}
