import { WEBHOOKS } from '@att/contracts';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateStory, type Report, type StoryOptions } from './story.js';

const options = fc.record({
  agents: fc.integer({ min: 1, max: 40 }),
  rate: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

function generate(of: StoryOptions, reports = 400): Report[] {
  const story = generateStory(of);
  return Array.from({ length: reports }, () => story.next().value);
}

function holdsFor(test: string, check: (of: StoryOptions) => void): void {
  fc.assert(fc.property(options, check), { seed: printedSeed(test), numRuns: 40 });
}

function byTask(reports: readonly Report[]): Report[][] {
  const tasks = new Map<string, Report[]>();
  for (const report of reports) {
    const key = `${report.body.project}\0${report.body.task_id}`;
    tasks.set(key, [...(tasks.get(key) ?? []), report]);
  }
  return [...tasks.values()];
}

const isEnd = ({ kind, body }: Report) =>
  kind === 'finish' || kind === 'error' || body.status === 'cancelled';

describe('any story', () => {
  it('uses the fields of the webhooks', () => {
    holdsFor('words of a story', (of) => {
      for (const { kind, body } of generate(of)) expect(WEBHOOKS[kind].body.parse(body)).toEqual(body);
    });
  });

  it('is the same for the same seed, and another for another', () => {
    holdsFor('seeds of a story', (of) => {
      expect(generate(of)).toEqual(generate(of));
      const tasks = new Set(generate(of).map(({ body }) => body.task_id));
      for (const { body } of generate({ ...of, seed: (of.seed + 1) % 2 ** 32 })) {
        expect(tasks.has(body.task_id)).toBe(false);
      }
    });
  });

  it('holds its rate to within a report, at any time', () => {
    holdsFor('rate of a story', (of) => {
      for (const [n, { at }] of generate(of).entries()) {
        expect(at * of.rate).toBeGreaterThanOrEqual(n - 1e-6);
        expect(at * of.rate).toBeLessThanOrEqual(n + 1 + 1e-6);
      }
    });
  });

  it('has tasks that begin with a start, are of one agent, and end once an attempt', () => {
    holdsFor('tasks of a story', (of) => {
      for (const reports of byTask(generate(of))) {
        expect(new Set(reports.map(({ body }) => `${body.agent}\0${body.task}`)).size).toBe(1);
        let before: Report | undefined;
        for (const report of reports) {
          // Only a failure is tried again.
          const isAttempt = before === undefined || before.kind === 'error';
          expect(report.kind === 'start').toBe(isAttempt);
          if (before !== undefined && isEnd(before)) expect(before.kind).toBe('error');
          before = report;
        }
      }
    });
  });

  it('has progress that never goes back within an attempt, and is whole at a finish', () => {
    holdsFor('progress of a story', (of) => {
      for (const reports of byTask(generate(of))) {
        let progress = 0;
        for (const { kind, body } of reports) {
          if (kind === 'start') progress = 0;
          if (kind === 'status') {
            expect(body.progress).toBeGreaterThanOrEqual(progress);
            progress = body.progress as number;
          }
          if (kind === 'finish') expect(progress).toBe(100);
        }
      }
    });
  });

  it('has agents that do one thing at a time', () => {
    holdsFor('agents of a story', (of) => {
      const under = new Map<string, string>();
      for (const report of generate(of)) {
        const { agent, task_id } = report.body;
        expect(under.get(agent) ?? task_id).toBe(task_id);
        if (isEnd(report) && report.kind !== 'error') under.delete(agent);
        else if (report.kind === 'start') under.set(agent, task_id);
        // Whether a failure is tried again shows in the next start.
        if (report.kind === 'error') under.delete(agent);
      }
    });
  });
});

describe('a long story', () => {
  const reports = generate({ agents: 24, rate: 10, seed: 1 }, 12_000);
  const share = (holds: (report: Report) => unknown) => reports.filter(holds).length / reports.length;

  it('has all that a fleet has', () => {
    expect(new Set(reports.map(({ body }) => body.agent)).size).toBe(24);
    expect(new Set(reports.map(({ body }) => body.project)).size).toBeGreaterThanOrEqual(5);
    expect(share(({ body }) => /[а-я]/.test(body.task))).toBeGreaterThan(0.2);
    expect(share(({ body }) => /^[A-Z]/.test(body.task))).toBeGreaterThan(0.2);
    expect(share(({ kind }) => kind === 'finish')).toBeGreaterThan(0.03);
    expect(share(({ kind, body }) => kind === 'error' && body.stack_trace)).toBeGreaterThan(0.01);
    expect(share(({ body }) => body.status === 'waiting')).toBeGreaterThan(0.02);
    expect(share(({ body }) => body.status === 'cancelled')).toBeGreaterThan(0.001);
    expect(share(({ body }) => body.duration_seconds !== undefined)).toBeGreaterThan(0.01);
    expect(share(({ body }) => body.metadata !== undefined)).toBeGreaterThan(0.2);
    expect(share(({ body }) => String(body.message ?? body.result).includes('{n}'))).toBe(0);
    const attempts = byTask(reports).map((task) => task.filter(({ kind }) => kind === 'start').length);
    expect(Math.max(...attempts)).toBe(3);
  });

  it('has agents that go silent in the middle of a task, and come back', () => {
    const silences = byTask(reports).flatMap((task) =>
      task.slice(1).map(({ at }, before) => at - (task[before] as Report).at),
    );
    const usual = silences.sort((one, other) => one - other)[Math.floor(silences.length / 2)] as number;
    expect(silences.filter((silence) => silence > 15 * usual).length).toBeGreaterThan(10);
  });
});
