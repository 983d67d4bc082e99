/** Story of a demo: the reports of a fleet of agents, and their times. Pure: the same seed gives the same story. */
import type { WebhookKind } from '@att/contracts';
import { type State, type Step, step } from './agent.js';
import { type Actor, castOf, type Project } from './cast.js';
import { createRandom } from './random.js';

export interface StoryOptions {
  agents: number;
  /** Events a second, on average. */
  rate: number;
  /** A whole number from 0 to below 2^32. */
  seed: number;
}

export interface Report {
  /** Seconds after the story's start; never less than those of the report before. */
  at: number;
  kind: WebhookKind;
  body: { project: string; task: string; task_id: string; agent: string } & Record<string, unknown>;
}

interface Role {
  actor: Actor;
  state: State;
  /** Time of its next step, in steps (see `agent.ts`). */
  due: number;
}

/**
 * Endless sequence of reports. The pauses between an agent's steps decide which agent is next; the rate alone decides when: the
 * report with index `n` comes at a random time in the `n`-th interval of 1/rate seconds, and the first at once. So the rate holds
 * to within one report at any time, for any number of agents, and reports do not come at regular intervals.
 */
export function* generateStory({ agents, rate, seed }: StoryOptions): Generator<Report, never, undefined> {
  const random = createRandom(seed);
  const roles = castOf(agents, random).map(
    (actor): Role => ({ actor, state: { phase: 'idle' }, due: random.fraction() * 8 }),
  );
  const newTaskId = taskIds(seed);
  for (let n = 0; ; n++) {
    const now = n === 0 ? 0 : (n + random.fraction()) / rate;
    const role = roles.reduce((first, other) => (other.due < first.due ? other : first));
    const taken = step(role.actor, role.state, { random, now, newTaskId });
    role.state = taken.next;
    role.due += taken.pause * role.actor.slowness;
    yield reportOf(taken, role.actor, now);
  }
}

function reportOf({ kind, task, fields }: Step, { name }: Actor, at: number): Report {
  const { project, title, task_id } = task;
  return { at, kind, body: { project: project.name, task: title, task_id, agent: name, ...fields } };
}

/** Makes task ids that no other seed makes, so that a second demo on the same server does not disturb the first. */
function taskIds(seed: number): (project: Project) => string {
  let tasks = 0;
  return ({ prefix }) => `${prefix}-${seed.toString(36)}-${++tasks}`;
}
