/** Proofs that answers to senders, the log, the read models and frames agree. */
import { frameOf, WEBHOOKS } from '@att/contracts';
import { type LogEvent, taskEventOf } from '@att/platform/event-log';
import { expect } from 'vitest';
import { foldLog } from '../support/model/fold-log.js';
import { readModels } from '../support/rest.js';
import type { Follower } from './follower.js';
import type { SentReport, SentRequest } from './sent.js';

type Acknowledgement = Extract<SentReport['outcomes'][number], { is: 'acknowledged' }>;

export function proveGapless(log: readonly LogEvent[]): void {
  expect(log.findIndex((event, index) => event.position !== index + 1)).toBe(-1);
}

/** Every promise that an answer made is kept, and nothing is in the log that nobody sent. */
export function proveAcknowledgements(log: readonly LogEvent[], sent: readonly SentRequest[]): void {
  const stored = byMark(log);
  const broken = sent.flatMap((request) => [
    ...request.flatMap((report) => brokenPromise(report, stored.get(report.mark) ?? [])),
    ...partlyStored(request, stored),
  ]);
  expect(broken).toEqual([]);
  const marks = new Set(sent.flatMap((request) => request.map(({ mark }) => mark)));
  expect(log.filter((event) => !marks.has(markOf(event)))).toEqual([]);
}

function brokenPromise(report: SentReport, found: readonly LogEvent[]): string[] {
  const acknowledged = report.outcomes.filter(
    (outcome): outcome is Acknowledgement => outcome.is === 'acknowledged',
  );
  const broken: string[] = [];
  const positions = found.map(({ position }) => position);
  const complain = (what: string) =>
    broken.push(`${report.mark} ${what}: answered ${JSON.stringify(report.outcomes)}, found at ${positions}`);

  const first = acknowledged[0];
  if (first !== undefined) {
    const [event] = found;
    if (found.length !== 1 || event?.position !== first.position) {
      complain('is not in the log exactly once, as acknowledged');
    }
    if (event?.event_id !== first.eventId) complain('was acknowledged with another event id');
    if (acknowledged.some(({ position }) => position !== first.position)) complain('was given two positions');
  }
  if (report.key !== undefined && acknowledged.length === 0) complain('has a key and was never acknowledged');
  const mayBeStored = acknowledged.length > 0 || report.outcomes.some(({ is }) => is === 'unknown');
  if (found.length > (mayBeStored ? 1 : 0)) complain('is in the log more often than it may');
  if (found.some((event) => !isThatReport(event, report))) complain('was changed');
  return broken;
}

function isThatReport(event: LogEvent, { kind, project, taskId, text }: SentReport): boolean {
  return (
    event.data_text === text &&
    event.type === WEBHOOKS[kind].type &&
    event.project === project &&
    event.task_id === taskId
  );
}

function partlyStored(request: SentRequest, stored: ReadonlyMap<string, LogEvent[]>): string[] {
  const count = request.filter(({ mark }) => stored.has(mark)).length;
  if (count === 0 || count === request.length) return [];
  return [`${count} of the ${request.length} reports of one batch with ${request[0]?.mark} are in the log`];
}

function byMark(log: readonly LogEvent[]): Map<string, LogEvent[]> {
  const stored = new Map<string, LogEvent[]>();
  for (const event of log) {
    const mark = markOf(event);
    stored.set(mark, [...(stored.get(mark) ?? []), event]);
  }
  return stored;
}

function markOf({ data_text }: LogEvent): string {
  return (JSON.parse(data_text ?? '{}') as { metadata?: { mark?: string } }).metadata?.mark ?? '';
}

/** The read models, over REST, equal the plain fold of the log. */
export async function proveReadModels(url: string, log: readonly LogEvent[]): Promise<void> {
  const actual = await readModels(url, log.length);
  const expected = foldLog(log);
  expect(actual.tasks).toEqual(expected.tasks);
  expect(actual.projects).toEqual(expected.projects);
  const { average_duration: mean, ...counts } = actual.stats;
  const { average_duration: expectedMean, ...expectedCounts } = expected.stats;
  expect(counts).toEqual(expectedCounts);
  expect(mean).toBeCloseTo(expectedMean as number, 5);
}

/** The follower got a frame of every task event since its start: once, in order, none missing. */
export function proveFrames(follower: Follower, log: readonly LogEvent[], project?: string): void {
  expect(follower.violations).toEqual([]);
  const start = follower.start as number;
  const expected = log.flatMap((record) => {
    const event = taskEventOf(record);
    const isForIt = record.position > start && (project === undefined || record.project === project);
    return event === undefined || !isForIt ? [] : [frameOf(event)];
  });
  expect(follower.frames.map(({ position }) => position)).toEqual(expected.map(({ position }) => position));
  expect(follower.frames).toEqual(expected);
}
