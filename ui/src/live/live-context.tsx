/** Context of every page behind the key gate: the API client, the live feed, and its connection. */
import {
  type Accessor,
  createContext,
  createSignal,
  onCleanup,
  type ParentProps,
  useContext,
} from 'solid-js';
import { socketAddress } from '../api/base-path';
import { type Client, makeClient } from '../api/make-client';
import type { KeyRefusal } from '../socket/close-verdict';
import { type Connection, connectionOf, sameConnection } from './connection';
import { type Feed, makeFeed } from './make-feed';
import { serverClock } from './server-clock';
import { INITIAL } from './socket-state';

export interface Live {
  apiKey: string;
  client: Client;
  feed: Feed;
  connection: Accessor<Connection>;
  /** Recorded time of the newest known event; undefined while there is none. */
  lastEventAt: Accessor<string | undefined>;
  /** Notes the recorded time of an event in a snapshot. */
  noteEvent(recordedAt: string | undefined): void;
}

const LiveContext = createContext<Live>();

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('useLive is for components inside LiveProvider');
  return live;
}

export function LiveProvider(
  props: ParentProps<{ apiKey: string; onKeyRefused(refusal: KeyRefusal): void }>,
) {
  // The key of a provider never changes: it is made anew for every key.
  const apiKey = props.apiKey;
  const [connection, setConnection] = createSignal<Connection>(connectionOf(INITIAL), {
    equals: sameConnection,
  });
  const [lastEventAt, setLastEventAt] = createSignal<string>();

  function noteEvent(recordedAt: string | undefined): void {
    if (recordedAt === undefined) return;
    // Times on the wire have one width, so they compare as text.
    setLastEventAt((last) => (last === undefined || last < recordedAt ? recordedAt : last));
  }

  const feed = makeFeed({
    apiKey,
    origin: socketAddress(),
    onState: (state) => setConnection(connectionOf(state)),
    onServerTime: serverClock.frame,
    onKeyRefused: (refusal) => props.onKeyRefused(refusal),
  });
  feed.subscribe({
    onChanges: (changes) => noteEvent(changes.at(-1)?.event.recorded_at),
    onReset: () => setLastEventAt(undefined),
    onConnected() {},
  });

  onCleanup(() => feed.stop());

  const live: Live = {
    apiKey,
    client: makeClient({
      apiKey,
      onUnauthorized: () => props.onKeyRefused('key'),
      onDate: serverClock.header,
    }),
    feed,
    connection,
    lastEventAt,
    noteEvent,
  };
  return <LiveContext.Provider value={live}>{props.children}</LiveContext.Provider>;
}
