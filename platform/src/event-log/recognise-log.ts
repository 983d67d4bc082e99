import type { ClientBase, Pool } from 'pg';

/** Record that a process has seen. Whether the log still has it shows whether this is still the same log. */
export interface RememberedPlace {
  epoch: string;
  position: number;
  /** Lower-case hex. */
  hash: string;
}

export interface RecognisedLog {
  /** Epoch of the log as it is now. */
  epoch: string;
  /** Whether this call set that epoch, because the database runs elsewhere or the remembered event is gone. */
  isRenewed: boolean;
  /** False where the database's user may not read which server it is: then only a remembered event can identify the log. */
  isServerKnown: boolean;
  /** The database's clock, in milliseconds since 1970. */
  databaseTime: number;
  /** Recorded time of the log's last event, in milliseconds since 1970. */
  recordedAt: number;
  /** Times ahead of the database's clock are accepted up to this one; 0 for none. */
  acceptedUntil: number;
}

/**
 * Checks whether this is still the same log, and gives it a new epoch if not. Call it on every new connection before
 * the first append, and whenever a remembered event is gone.
 *
 * @throws while the database is a standby
 */
export async function recogniseLog(
  client: ClientBase | Pool,
  remembered?: RememberedPlace,
): Promise<RecognisedLog> {
  const { rows } = await client.query<RecognisedLog>(
    `SELECT log.epoch, log.is_renewed AS "isRenewed", log.is_server_known AS "isServerKnown",
            ${milliseconds('clock_timestamp()')} AS "databaseTime",
            ${milliseconds('head.recorded_at')} AS "recordedAt",
            ${milliseconds("coalesce(head.accepted_until, 'epoch')")} AS "acceptedUntil"
     FROM log.recognise($1, $2, $3) AS log, log.head`,
    [remembered?.epoch, remembered?.position, remembered && Buffer.from(remembered.hash, 'hex')],
  );
  return rows[0] as RecognisedLog;
}

const milliseconds = (time: string) => `(extract(epoch FROM ${time}) * 1000)::float8`;
