/** Random events of a fleet: several projects and scripts, tasks that change agents, restarts, late statuses, cancels. */
import type { NewEvent } from '@att/platform/event-log';
import type { Random } from './random.js';

export const PROJECTS = ['shop', 'Магазин', '商店', '100%_off'];
export const TASK_IDS = ['a', 'b', 'Straße', '__proto__'];
export const AGENTS = ['claude', 'GPT', 'агент', 'Ａgent 2', '🤖'];
const TITLES = [
  'Zeta',
  'alpha',
  'Ärger',
  'ΟΔΟΣ',
  '東京 タワー',
  '𝔘nicode 🚀',
  '50% of_it',
  'back\\slash',
  'Отчёт',
];
const MESSAGES = ['half way', 'ПОЧТИ', '待って', 'two\nlines', '100%', ''];
const WORDS = [
  'running',
  'waiting',
  'Проверка',
  'completed',
  'failed',
  'cancelled',
  'canceled',
  'DONE',
  ' Failure',
];

/** Milliseconds between two reports: within one minute, and over minutes, hours and days. */
const PAUSES = [0, 0, 1, 700, 20_000, 60_000, 2_400_000, 30_000_000, 90_000_000];

export interface DrawnEvent {
  event: NewEvent;
  /** Milliseconds that pass before it. */
  pause: number;
  /** Whether its payload was erased before anybody read it. */
  isErased: boolean;
}

/** @param clock milliseconds; about when it happens */
export function drawEvent(random: Random, clock: number): DrawnEvent {
  const event = random.between(1, 20) === 1 ? operatorsAct() : drawReport(random, clock);
  return { event, pause: random.pick(PAUSES), isErased: random.between(1, 15) === 1 };
}

/** An event that no task follows from. */
function operatorsAct(): NewEvent {
  return {
    type: 'projection.paused',
    project: null,
    taskId: null,
    agent: null,
    occurredAt: null,
    actor: 'operator',
    payload: Buffer.from('{"name":"a key"}'),
    idempotencyKey: null,
  };
}

function drawReport(random: Random, clock: number): NewEvent {
  const often = <T>(value: () => T) => (random.between(1, 3) === 1 ? undefined : value());
  const type = random.pick([
    ...[
      'task.started',
      'task.started',
      'task.started',
      'task.progressed',
      'task.progressed',
      'task.progressed',
    ],
    ...['task.progressed', 'task.finished', 'task.failed'],
  ]);
  const [project, taskId, agent] = [
    random.pick(PROJECTS),
    random.pick(TASK_IDS),
    often(() => random.pick(AGENTS)),
  ];
  const payload = {
    project,
    task: often(() => random.pick(TITLES)),
    task_hint: often(() => random.pick(TITLES)),
    task_id: taskId,
    agent,
    metadata: often(() => ({ [random.pick(['a', 'b', '__proto__'])]: random.between(1, 9) })),
    ...detailsOf(type, random, often),
  };
  return {
    type,
    project,
    taskId,
    agent: agent ?? null,
    occurredAt: random.between(1, 3) === 1 ? new Date(clock + drawDelay(random)).toISOString() : null,
    actor: 'test',
    payload: Buffer.from(JSON.stringify(payload)),
    idempotencyKey: null,
  };
}

/** Milliseconds from the log's clock to the sender's: about in time, or late by as much as lies between some reports. */
function drawDelay(random: Random): number {
  return random.between(1, 2) === 1 ? random.between(-5_000, 5_000) : -random.between(5_000, 100_000_000);
}

function detailsOf(type: string, random: Random, often: <T>(value: () => T) => T | undefined): object {
  switch (type) {
    case 'task.progressed':
      return {
        status: often(() => random.pick(WORDS)),
        progress: often(() => random.between(0, 1000) / 10),
        message: often(() => random.pick(MESSAGES)),
      };
    case 'task.finished':
      return {
        result: often(() => random.pick<unknown>(['done', { files: [1, null] }, 0])),
        duration_seconds: often(() => random.between(0, 30) / 10),
      };
    case 'task.failed':
      return { error_type: 'E', error_message: 'broken', stack_trace: often(() => 'at x') };
    default:
      return {};
  }
}
