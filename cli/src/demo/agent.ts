/**
 * State machine of one agent. A step is a report and the state after it. Times are in steps of an agent of mean slowness;
 * `story.ts` turns them into seconds.
 */
import type { WebhookKind } from '@att/contracts';
import type { Actor, Project } from './cast.js';
import type { Random } from './random.js';
import { FAILURES } from './texts/failures.js';

export interface Task {
  project: Project;
  task_id: string;
  title: string;
  result: string;
  attempt: number;
  /** When the attempt began, in seconds of the story. */
  startedAt: number;
}

export type State =
  | { phase: 'idle' }
  | { phase: 'working'; task: Task; progress: number }
  | { phase: 'waiting'; task: Task; progress: number }
  /** Reports nothing for 40 steps. */
  | { phase: 'silent'; task: Task; progress: number }
  | { phase: 'failed'; task: Task };

export interface Step {
  kind: WebhookKind;
  task: Task;
  fields: Record<string, unknown>;
  next: State;
  /** Pause before the next step, in steps. */
  pause: number;
}

export interface StepContext {
  random: Random;
  /** Seconds of the story. */
  now: number;
  newTaskId(project: Project): string;
}

const LAST_ATTEMPT = 3;

/** Mean pauses in steps; each is drawn from a half to one and a half of its mean. */
const PAUSE = { step: 1, idle: 3, waiting: 4, retry: 2, silence: 40 };

export function step(actor: Actor, state: State, context: StepContext): Step {
  switch (state.phase) {
    case 'idle':
      return start(actor, newTask(actor, context), context);
    case 'failed':
      return start(
        actor,
        { ...state.task, attempt: state.task.attempt + 1, startedAt: context.now },
        context,
      );
    case 'waiting':
      return work(state.task, state.progress, pickOf(state.task, 'goingOn', context), context);
    case 'silent':
      return work(state.task, state.progress, state.task.project.texts.silentBefore, context);
    case 'working':
      return state.progress >= 100
        ? finish(actor, state.task, context)
        : goOn(state.task, state.progress, context);
  }
}

function newTask(actor: Actor, { random, now, newTaskId }: StepContext): Task {
  const project = random.pick(actor.projects);
  const { title, results } = random.pick(project.texts.tasks);
  const result = withNumber(random.pick(results), random);
  return { project, task_id: newTaskId(project), title, result, attempt: 1, startedAt: now };
}

function start(actor: Actor, task: Task, { random }: StepContext): Step {
  const metadata = {
    model: actor.model,
    host: actor.host,
    priority: random.pick(['low', 'normal', 'normal', 'high']),
    branch: `agent/${task.task_id.toLowerCase()}`,
    ...(task.attempt > 1 ? { attempt: task.attempt } : {}),
  };
  return {
    kind: 'start',
    task,
    fields: { metadata },
    next: working(task, 0),
    pause: pauseOf('step', random),
  };
}

function goOn(task: Task, before: number, context: StepContext): Step {
  const { random } = context;
  const dice = random.fraction();
  if (dice < 0.05) return fail(task, context);
  if (dice < 0.06) {
    return status(
      task,
      before,
      'cancelled',
      pickOf(task, 'cancelled', context),
      { phase: 'idle' },
      pauseOf('idle', random),
    );
  }
  if (dice < 0.14) {
    const next: State = { phase: 'waiting', task, progress: before };
    const message = pickOf(task, 'waiting', context);
    return status(task, before, 'waiting', message, next, pauseOf('waiting', random));
  }
  const progress = Math.min(100, before + random.between(6, 18));
  const { progress: messages } = task.project.texts;
  const message = messages[
    Math.min(messages.length - 1, Math.floor((progress / 100) * messages.length))
  ] as string;
  return work(task, progress, withNumber(message, random), context);
}

function work(task: Task, progress: number, message: string, { random }: StepContext): Step {
  const isSilent = progress < 100 && random.chance(0.015);
  const next: State = isSilent ? { phase: 'silent', task, progress } : working(task, progress);
  const reported = status(
    task,
    progress,
    'running',
    message,
    next,
    pauseOf(isSilent ? 'silence' : 'step', random),
  );
  if (random.chance(0.3)) reported.fields.metadata = { tokens: random.between(4_000, 180_000) };
  return reported;
}

function status(
  task: Task,
  progress: number,
  word: string,
  message: string,
  next: State,
  pause: number,
): Step {
  return { kind: 'status', task, fields: { status: word, progress, message }, next, pause };
}

function fail(task: Task, { random }: StepContext): Step {
  const isGivenUp = task.attempt === LAST_ATTEMPT || random.chance(0.25);
  const next: State = isGivenUp ? { phase: 'idle' } : { phase: 'failed', task };
  const pause = pauseOf(isGivenUp ? 'idle' : 'retry', random);
  return { kind: 'error', task, fields: { ...random.pick(FAILURES) }, next, pause };
}

/** Finishes the task. Half of the time the agent reports a duration, else the server computes it. */
function finish(actor: Actor, task: Task, { random, now }: StepContext): Step {
  const fields: Record<string, unknown> = {
    result: random.chance(0.8) ? task.result : { summary: task.result, files_changed: random.between(1, 24) },
    metadata: { cost_usd: random.between(3, 420) / 100, reviewed: actor.model.startsWith('claude') },
  };
  if (random.chance(0.5)) fields.duration_seconds = Math.round((now - task.startedAt) * 10) / 10;
  return { kind: 'finish', task, fields, next: { phase: 'idle' }, pause: pauseOf('idle', random) };
}

const working = (task: Task, progress: number): State => ({ phase: 'working', task, progress });

function pickOf(task: Task, what: 'goingOn' | 'cancelled' | 'waiting', { random }: StepContext): string {
  return random.pick(task.project.texts[what]);
}

const pauseOf = (what: keyof typeof PAUSE, random: Random) => PAUSE[what] * (0.5 + random.fraction());

const withNumber = (text: string, random: Random) => text.replace('{n}', String(random.between(2, 9)));
