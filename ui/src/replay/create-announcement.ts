/** Announcement for screen readers: that it plays, is paused or has ended, and never every single event. */
import { type Accessor, createComputed, createMemo, createSignal, on, untrack } from 'solid-js';
import type { ReplayView } from './create-replay';
import { atEnd } from './replay-state';
import { replayText } from './replay-text';

export function createAnnouncement(replay: ReplayView, seen: Accessor<string>): Accessor<string> {
  const [announcement, setAnnouncement] = createSignal('');
  createComputed(on(replay.announcement, setAnnouncement, { defer: true }));
  createComputed(
    on(
      createMemo(() => announcementOf(replay)),
      (word) =>
        setAnnouncement(
          word === 'paused' ? replayText.announcements.paused(untrack(seen)) : replayText.announcements[word],
        ),
      { defer: true },
    ),
  );
  return announcement;
}

function announcementOf(replay: ReplayView): 'paused' | 'playing' | 'ended' | 'lost' {
  const state = replay.state();
  if (state.connection.name === 'waiting') return 'lost';
  if (state.playing) return 'playing';
  return atEnd(state) ? 'ended' : 'paused';
}
