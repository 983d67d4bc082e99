/** Chip with the state of the connection and the age of the newest event. */
import CloudOff from 'lucide-solid/icons/cloud-off';
import FastForward from 'lucide-solid/icons/fast-forward';
import Plug from 'lucide-solid/icons/plug';
import Radio from 'lucide-solid/icons/radio';
import RotateCw from 'lucide-solid/icons/rotate-cw';
import { Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Connection } from '../live/connection';
import { useLive } from '../live/live-context';
import { age } from '../parts/format';
import { localNow, now } from '../parts/ticker';
import { text } from '../text';

const LOOKS = {
  connecting: { icon: Plug, colour: 'text-soft' },
  catching_up: { icon: FastForward, colour: 'text-running' },
  live: { icon: Radio, colour: 'text-completed' },
  reconnecting: { icon: RotateCw, colour: 'text-waiting' },
  offline: { icon: CloudOff, colour: 'text-failed' },
  refused: { icon: CloudOff, colour: 'text-failed' },
} as const;

export function ConnectionChip() {
  const { connection, feed, lastEventAt } = useLive();
  const waits = () => connection().name === 'reconnecting' || connection().name === 'offline';
  return (
    <div class="flex min-w-0 items-center gap-2 text-xs">
      <span
        class={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${LOOKS[connection().name].colour}`}
      >
        <Dynamic component={LOOKS[connection().name].icon} size={14} class="shrink-0" aria-hidden="true" />
        <span class="sr-only">{text.connection.label}: </span>
        {words(connection(), localNow())}
      </span>
      <Show
        when={waits()}
        fallback={
          <span class="truncate text-faint">
            <Show when={lastEventAt()}>
              {(time) => (
                <>
                  <span class="sr-only sm:not-sr-only">{text.connection.lastEvent} </span>
                  {age(time(), now())}
                </>
              )}
            </Show>
          </span>
        }
      >
        <button
          type="button"
          class="tap inline-flex items-center px-1 font-medium whitespace-nowrap text-accent underline-offset-2 hover:underline"
          onClick={() => feed.retry()}
        >
          <span class="sm:hidden">{text.connection.retryShort}</span>
          <span class="hidden sm:inline">{text.connection.retry}</span>
        </button>
      </Show>
    </div>
  );
}

function words(connection: Connection, at: number): string {
  switch (connection.name) {
    case 'connecting':
      return text.connection.connecting;
    case 'catching_up':
      return text.connection.catchingUp;
    case 'live':
      return text.connection.live;
    case 'refused':
      return text.connection.refused;
    case 'offline':
      return text.connection.offline;
    case 'reconnecting':
      // A count-down needs a second to be seen, and there is none while the try runs.
      return connection.until <= at
        ? text.connection.connecting
        : text.connection.reconnecting(Math.ceil((connection.until - at) / 1_000));
  }
}
