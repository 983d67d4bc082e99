import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createPool } from './pool.js';

it('a pool logs an idle connection that it loses, but none that it is ending', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const pool = createPool({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    role: undefined,
    max: 1,
    name: 'lost',
    log,
  });
  const lose = () => pool.emit('error', new Error('terminating connection'), undefined as never);
  lose();
  expect(lines).toHaveLength(1);
  const ending = pool.end();
  lose();
  await ending;
  lose();
  expect(lines).toHaveLength(1);
});
