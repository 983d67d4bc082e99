/** docs/canonical-form.md and its vectors, held against this code, another's, and the document's own program. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ChainedRecord,
  canonicalRecord,
  chainHash,
  GENESIS_HASH,
  saltedHash,
  whyBroken,
} from './index.js';

// The types of `canonicalize` describe an ES module, which it is not.
const canonicalize = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string;

const docs = new URL('../../../docs/', import.meta.url);
const text = z.string().nullable();
const event = z.looseObject({
  what: z.string(),
  position: z.int(),
  event_id: z.string(),
  type: z.string(),
  project: text,
  task_id: text,
  agent: text,
  occurred_at: text,
  recorded_at: z.string(),
  actor: z.string(),
  data_text: text,
  salt: text,
  data_hash: z.string(),
  canonical: z.string(),
  hash: z.string(),
  before_erasure: z.object({ data_text: z.string(), salt: z.string() }).optional(),
});
const vectors = z
  .object({ genesis_hash: z.string(), events: z.array(event).min(5) })
  .parse(JSON.parse(readFileSync(new URL('canonical-form.vectors.json', docs), 'utf8')));

const cases = vectors.events.map((event, index) => ({
  ...event,
  previous: vectors.events[index - 1]?.hash ?? vectors.genesis_hash,
}));

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

function recordOf(event: ChainedRecord): ChainedRecord {
  const { position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data_hash } =
    event;
  return { position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor, data_hash };
}

describe('the chain', () => {
  it('begins with 32 zero bytes', () => {
    expect(vectors.genesis_hash).toBe(GENESIS_HASH);
    expect(GENESIS_HASH).toBe('0'.repeat(64));
  });
});

describe.each(cases)('position $position, $what', (event) => {
  const { data_text, salt } = event.before_erasure ?? event;

  it('has the canonical text that is given, as this code and another make it', () => {
    expect(canonicalRecord(event)).toBe(event.canonical);
    expect(canonicalize(recordOf(event))).toBe(event.canonical);
  });

  it('has the hashes that are given', () => {
    if (data_text === null || salt === null) throw new Error('the vector lacks its payload');
    const payload = Buffer.from(data_text, 'utf8');
    expect(saltedHash(Buffer.from(salt, 'hex'), payload)).toBe(event.data_hash);
    expect(sha256(Buffer.from(salt, 'hex'), payload)).toBe(event.data_hash);
    expect(chainHash(event.previous, event)).toBe(event.hash);
    expect(sha256(Buffer.from(event.previous, 'hex'), event.canonical)).toBe(event.hash);
  });

  it('verifies as it stands', () => {
    const before = cases[event.position - 2];
    const previous = {
      position: event.position - 1,
      hash: event.previous,
      recordedAt: before?.recorded_at ?? '',
    };
    expect(whyBroken(event, previous)).toBeUndefined();
  });
});

describe('any record', () => {
  const seed = Date.now() & 0x7fffffff;
  const name = fc.option(fc.string({ unit: 'binary', maxLength: 200 }), { freq: 8 });
  const time = fc
    .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    .map((date) => date.toISOString());
  const hex32 = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  const record: fc.Arbitrary<ChainedRecord> = fc.record({
    position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    event_id: fc.uuid(),
    type: fc.constantFrom('task.started', 'key.created'),
    project: name,
    task_id: name,
    agent: name,
    occurred_at: fc.option(time),
    recorded_at: time,
    actor: fc.string({ unit: 'binary', maxLength: 2_000 }),
    data_hash: hex32,
  });

  it(`has the canonical text of RFC 8785, and its hash (seed ${seed})`, () => {
    fc.assert(
      fc.property(record, hex32, (record, previous) => {
        const canonical = canonicalize(record);
        expect(canonicalRecord(record)).toBe(canonical);
        expect(chainHash(previous, record)).toBe(sha256(Buffer.from(previous, 'hex'), canonical));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('is hashed alike whatever its size', () => {
    const salt = Buffer.alloc(16, 7);
    for (const size of [0, 1, 16_367, 16_368, 16_369, 100_000]) {
      const payload = Buffer.alloc(size, 'я');
      expect(saltedHash(salt, payload)).toBe(sha256(salt, payload));
    }
    for (const size of [1, 5_000, 6_000, 50_000]) {
      const record = { ...recordOf(cases[0] as ChainedRecord), actor: '開'.repeat(size) };
      expect(chainHash(GENESIS_HASH, record)).toBe(sha256(Buffer.alloc(32), canonicalRecord(record)));
    }
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython)
  console.warn('SKIPPED: python3 is not on the PATH, so the program of docs/canonical-form.md is not run');

describe.skipIf(!hasPython)("the document's program", () => {
  const program =
    /```python\n(.*?)```/s.exec(readFileSync(new URL('canonical-form.md', docs), 'utf8'))?.[1] ?? '';
  const run = (input: unknown, ...args: (string | number)[]) => {
    const given = { input: JSON.stringify(input), encoding: 'utf8' as const };
    const { status, stdout, stderr } = spawnSync('python3', ['-c', program, ...args.map(String)], given);
    return { status, stdout: stdout.trim(), stderr: stderr.trim() };
  };
  const last = cases.at(-1) as (typeof cases)[number];
  const changed = (position: number, change: Record<string, unknown>) =>
    vectors.events.map((event) => (event.position === position ? { ...event, ...change } : event));

  it('verifies the vectors, whole and page by page', () => {
    const holds = { status: 0, stdout: `${last.position} ${last.hash}`, stderr: '' };
    expect(run(vectors)).toEqual(holds);
    expect(run(vectors.events)).toEqual(holds);
    expect(run(vectors.events.slice(2), 2, vectors.events[1]?.hash ?? '')).toEqual(holds);
  });

  it.each([
    ['a changed payload', changed(2, { data_text: '{}' }), 2],
    ['a changed name', changed(3, { agent: 'someone else' }), 3],
    ['a changed time', changed(1, { recorded_at: '2026-01-31T12:00:00.249Z' }), 1],
    ['a salt without its payload', changed(4, { data_text: null }), 4],
    ['a dropped record', vectors.events.filter((event) => event.position !== 3), 3],
    ['two records that changed places', [1, 0, 2, 3].map((index) => vectors.events[index]), 1],
  ])('names the position of %s', (_what, events, position) => {
    const { status, stderr } = run(events);
    expect(status).toBe(1);
    expect(stderr).toContain(`position ${position}`);
  });
});
