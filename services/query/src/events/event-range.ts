/** Which part of the log is asked for, and the condition of it that statements share. */

/** What an event must be; an absent field lets any event pass. */
export interface EventFilter {
  project?: string | undefined;
  task_id?: string | undefined;
  agent?: string | undefined;
  type?: string | undefined;
  /** Recorded times, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The part of the log to look through: behind `after`, up to and with `until` or the head. */
export interface EventRange {
  after: number;
  until: number | undefined;
}

/** Follows a FROM of `log.events`, beside `log.head` as h: the first events, in order, that the filter lets pass. */
export const FIRST_OF_RANGE = `
            WHERE position > $1
              AND position <= least(h.position, $2)
              AND ($4::text IS NULL OR project = $4)
              AND ($5::text IS NULL OR task_id = $5)
              AND ($6::text IS NULL OR agent = $6)
              AND ($7::text IS NULL OR type = $7)
              AND ($8::timestamptz IS NULL OR recorded_at >= $8)
              AND ($9::timestamptz IS NULL OR recorded_at <= $9)
            ORDER BY position
            LIMIT $3`;

/** The parameters $1 to $9 of it. */
export function rangeValues({ after, until }: EventRange, filter: EventFilter, limit: number): unknown[] {
  const { project, task_id, agent, type, from, to } = filter;
  return [after, until, limit, project, task_id, agent, type, from, to].map((value) => value ?? null);
}
