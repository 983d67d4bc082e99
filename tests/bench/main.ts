/**
 * `npm run bench [-- row …]`: every row compares two things measured in turn in this one run, as the
 * machine's own speed says little. Load comes from another process.
 */
import { cpus, totalmem } from 'node:os';
import { asTable, type Row } from './row.js';
import { batches } from './rows/batches.js';
import { catchUp } from './rows/catch-up.js';
import { ingestBesideRelay } from './rows/distributed/ingest-beside-relay.js';
import { kafkaFeed } from './rows/distributed/kafka-feed.js';
import { projectorFromKafka } from './rows/distributed/projector-from-kafka.js';
import { relay } from './rows/distributed/relay.js';
import { webhookToSocketThroughKafka } from './rows/distributed/webhook-to-socket.js';
import { everythingOn } from './rows/everything-on.js';
import { fanOut } from './rows/fan-out.js';
import { idleSockets } from './rows/idle-sockets.js';
import { listsBesideBurst } from './rows/lists-beside-burst.js';
import { memory } from './rows/memory.js';
import { rateLimits } from './rows/rate-limits.js';
import { readSide } from './rows/read-side.js';
import { singleWebhooks } from './rows/single-webhooks.js';
import { webhookToSocket } from './rows/webhook-to-socket.js';

const ROWS: Record<string, () => Promise<Row[]>> = {
  'single-webhooks': singleWebhooks,
  'rate-limits': rateLimits,
  'everything-on': everythingOn,
  batches,
  memory,
  'read-side': readSide,
  'lists-beside-burst': listsBesideBurst,
  'webhook-to-socket': webhookToSocket,
  'fan-out': fanOut,
  'idle-sockets': idleSockets,
  'catch-up': catchUp,
  'webhook-to-socket-through-kafka': webhookToSocketThroughKafka,
  relay,
  'kafka-feed': kafkaFeed,
  'ingest-beside-relay': ingestBesideRelay,
  'projector-from-kafka': projectorFromKafka,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in ROWS));
if (unknown.length > 0) {
  console.error(`No such row: ${unknown.join(', ')}. There are ${Object.keys(ROWS).join(', ')}.`);
  process.exit(1);
}

const rows: Row[] = [];
for (const [name, measure] of Object.entries(ROWS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(name);
  rows.push(...(await measure()));
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`\n${machine}\n\n${asTable(rows)}`);
process.exit(rows.every((row) => row.reached) ? 0 : 1);
