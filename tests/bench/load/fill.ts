/** Fills a log with a fleet's reports, as fast as the batch route takes them. */
import { API_KEY } from '../api-key.js';
import type { Target } from '../processes.js';
import { inBatches } from './batches.js';
import { fleetReports } from './requests.js';

/** Each run of `fleetReports` makes ten reports for each of these. */
const TASKS_OF_RUN = 2_000;
/** Requests under way at once. */
const CONNECTIONS = 4;

/** Ten events a task; every acknowledgement is checked. */
export async function fill(target: Target, tasks: number, name: string): Promise<void> {
  for (let run = 0; run < tasks / TASKS_OF_RUN; run++) {
    const waiting = inBatches(fleetReports(TASKS_OF_RUN, `${name}-${run}`));
    // Steps of one task must not overtake each other: a step is two batches, and they go together.
    while (waiting.length > 0)
      await Promise.all(waiting.splice(0, CONNECTIONS / 2).map((batch) => post(target, batch)));
  }
}

async function post({ port }: Target, batch: readonly { path: string; body: string }[]): Promise<void> {
  const items = batch.map(({ path, body }) => `{"type":"${path.slice('/webhook/'.length)}",${body.slice(1)}`);
  const answer = await fetch(`http://127.0.0.1:${port}/webhook/batch`, {
    method: 'POST',
    headers: { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' },
    body: `[${items.join(',')}]`,
  });
  const results = (await answer.json()) as { status: number }[];
  const refused = results.find(({ status }) => status !== 202);
  if (answer.status !== 207 || refused !== undefined)
    throw new Error(`a batch answered ${JSON.stringify(refused)}`);
}
