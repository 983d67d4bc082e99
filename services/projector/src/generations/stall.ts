/** Stalled projections: they have events to apply and apply none. */

/**
 * SQL of the seconds for which the generation `g` has applied nothing although it could: since its checkpoint moved, or since its
 * next event `e` was recorded. Null where there is no next event.
 */
export const IDLE_SECONDS = `CASE WHEN e.recorded_at IS NOT NULL
  THEN extract(epoch FROM clock_timestamp() - greatest(g.moved_at, e.recorded_at))::double precision END`;

/** Seconds. A batch takes 100 to 200 ms, and another projector takes over within ten seconds. */
const STALLED_AFTER = 5;

/** True for a projection that could apply events and does not; one that an operator has paused is not stalled. */
export function isStalled({
  idle_seconds,
  is_paused,
}: {
  idle_seconds: number | null;
  is_paused: boolean;
}): boolean {
  return !is_paused && idle_seconds !== null && idle_seconds > STALLED_AFTER;
}

/** Text for people: `tasks (3 events behind, not moved for 12 s)`; undefined where none is stalled. */
export function stalledText(
  lags: readonly { projection: string; events: number; idle_seconds: number | null; is_paused: boolean }[],
): string | undefined {
  const stalled = lags.filter(isStalled);
  if (stalled.length === 0) return undefined;
  const each = stalled.map(
    ({ projection, events, idle_seconds }) =>
      `${projection} (${events} ${events === 1 ? 'event' : 'events'} behind, not moved for ${Math.floor(idle_seconds ?? 0)} s)`,
  );
  return `nothing is projected: ${each.join(', ')}`;
}
