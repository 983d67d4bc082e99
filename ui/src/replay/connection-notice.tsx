/** Notice of a failed seek or a lost connection, with a button for what to do about it. */
import CloudOff from 'lucide-solid/icons/cloud-off';
import { Match, type ParentProps, Switch } from 'solid-js';
import { errorText } from '../parts/notices';
import type { ReplayState } from './replay-state';
import { replayText } from './replay-text';

export function ConnectionNotice(props: { state: ReplayState; onRetry(): void; onLookUp(): void }) {
  const words = replayText.state;
  const connection = () => props.state.connection.name;
  /** Error of a failed seek; true for a failure without an error. */
  const failure = () => {
    const { loading } = props.state;
    return loading.name === 'failed' ? (loading.error ?? true) : undefined;
  };
  /** A first try is over too soon to be reported as a lost connection. */
  const isLost = () =>
    connection() === 'waiting' || (connection() === 'connecting' && props.state.attempt > 0);
  return (
    <Switch>
      <Match when={failure()}>
        {(error) => (
          <Alert action={words.retry} onAct={props.onRetry}>
            {words.notFetched} {errorText(error())}
          </Alert>
        )}
      </Match>
      <Match when={isLost()}>
        <Alert action={words.retry} onAct={props.onRetry}>
          {words.lost}
        </Alert>
      </Match>
      <Match when={connection() === 'refused'}>
        <Alert action={words.lookUp} onAct={props.onLookUp}>
          {words.refused}
        </Alert>
      </Match>
    </Switch>
  );
}

function Alert(props: ParentProps<{ action: string; onAct(): void }>) {
  return (
    <div
      role="alert"
      class="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-waiting-wash px-3 py-2 text-waiting"
    >
      <CloudOff size={16} class="shrink-0" aria-hidden="true" />
      <span class="min-w-0 flex-1 sm:flex-none">{props.children}</span>
      <button type="button" class="font-medium underline underline-offset-2" onClick={() => props.onAct()}>
        {props.action}
      </button>
    </div>
  );
}
