/** What holds a replay up, and what to do about it. */
import CloudOff from 'lucide-solid/icons/cloud-off';
import { Match, type ParentProps, Switch } from 'solid-js';
import { replayText } from './replay-text';
import type { ReplayState } from './replay-types';

export function LinkNotice(props: { state: ReplayState; onRetry(): void; onLookUp(): void }) {
  const words = replayText.state;
  const link = () => props.state.link.name;
  /** A first try takes no time to speak of. */
  const isLost = () => link() === 'waiting' || (link() === 'connecting' && props.state.attempt > 0);
  return (
    <Switch>
      <Match when={isLost()}>
        <Held action={words.retry} onAct={props.onRetry}>
          {words.lost}
        </Held>
      </Match>
      <Match when={link() === 'refused'}>
        <Held action={words.lookUp} onAct={props.onLookUp}>
          {words.refused}
        </Held>
      </Match>
    </Switch>
  );
}

function Held(props: ParentProps<{ action: string; onAct(): void }>) {
  return (
    <div
      role="alert"
      class="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-waiting-wash px-3 py-2 text-waiting"
    >
      <CloudOff size={16} class="shrink-0" aria-hidden="true" />
      <span>{props.children}</span>
      <button type="button" class="font-medium underline underline-offset-2" onClick={() => props.onAct()}>
        {props.action}
      </button>
    </div>
  );
}
