/** The batch route against inserting the same rows with `unnest`, and nothing else. */
import pg from 'pg';
import { asHttp, fleetReports, type Report } from '../load/requests.js';
import { API_KEY, runLoad, startAtt, type Target } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';

const BATCH = 1_000;
/** Milliseconds; both sides are measured for as long. */
const DURATION = 4_000;

export function batches(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const ingest = await startAtt('ingest', { DATABASE_URL: connectionString });
    const raw = await openRawTable(connectionString);
    try {
      const { rates, ratios } = await inTurn(
        { raw: () => raw.insertFor(DURATION), route: () => postBatches(ingest) },
        'route',
      );
      const figures = `${perSecond(rates.route)} of ${perSecond(rates.raw)} events`;
      return [
        {
          what: 'batch route, 1,000 a request, of the raw `unnest` insert',
          figures,
          ...atLeast(ratios.raw, 0.8),
        },
      ];
    } finally {
      await raw.close();
      await ingest.stop();
    }
  });
}

let runs = 0;

async function postBatches(ingest: Target): Promise<number> {
  const requests = chunks(fleetReports(2_000, `batch-${runs++}`)).map((reports) => {
    const items = reports.map(
      ({ path, body }) => `{"type":"${path.slice('/webhook/'.length)}",${body.slice(1)}`,
    );
    return asHttp({ path: '/webhook/batch', body: `[${items.join(',')}]` }, API_KEY);
  });
  const plan = { port: ingest.port, connections: 4, duration: DURATION, warmUp: 1_000, requests };
  const { rate, failures } = await runLoad(plan);
  if (failures > 0) throw new Error(`${failures} batches failed`);
  return rate * BATCH;
}

/** A table with the log's columns, key and durability, but no chain, head or triggers. */
async function openRawTable(connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`
    CREATE TABLE raw_events (
      position bigint PRIMARY KEY, recorded_at timestamptz NOT NULL, occurred_at timestamptz, event_id uuid NOT NULL,
      type text NOT NULL, project text, task_id text, agent text, actor text NOT NULL, idempotency_key text,
      data_hash bytea NOT NULL, hash bytea NOT NULL, salt bytea, data json)`);
  const rows = chunks(fleetReports(2_000, 'raw')).map((reports) => reports.map(asColumns));
  let position = 0;

  async function insert(batch: number): Promise<void> {
    const columns = rows[batch % rows.length] as ReturnType<typeof asColumns>[];
    const first = position + 1;
    position += columns.length;
    await client.query({
      name: 'raw',
      text: `
        INSERT INTO raw_events
        SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[],
                             $7::text[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[],
                             $14::json[])`,
      values: [columns.map((_, index) => first + index), ...transpose(columns)],
    });
  }

  return {
    async insertFor(duration: number): Promise<number> {
      const startedAt = performance.now();
      let batch = 0;
      while (performance.now() - startedAt < duration) await insert(batch++);
      return (batch * BATCH) / ((performance.now() - startedAt) / 1000);
    },
    close: () => client.end(),
  };
}

const HASH = Buffer.alloc(32, 7);
const SALT = Buffer.alloc(16, 7);

/** Everything but the position, in the table's order, made beforehand: only the insert is measured. */
function asColumns({ body }: Report) {
  const { project, task_id, agent } = JSON.parse(body) as Record<string, string>;
  const id = '01900000-0000-7000-8000-000000000000';
  return [
    new Date(),
    null,
    id,
    'task.progressed',
    project,
    task_id,
    agent,
    'bench',
    null,
    HASH,
    HASH,
    SALT,
    body,
  ];
}

function transpose(rows: readonly unknown[][]): unknown[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column]));
}

function chunks(reports: readonly Report[]): Report[][] {
  return Array.from({ length: Math.floor(reports.length / BATCH) }, (_, index) =>
    reports.slice(index * BATCH, (index + 1) * BATCH),
  );
}
