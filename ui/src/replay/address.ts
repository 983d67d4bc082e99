/** Address of a replay: it has everything that the page shows, so that a link shows the same. */
import { type ReplaySpeed, ROUTES, socketParameters } from '@att/contracts';
import { z } from 'zod';
import { REPLAY } from '../links';
import type { Scope } from './scope';

export interface ReplayAddress {
  scope: Scope;
  /** Recorded times; without them the range begins with the first event of the scope and ends with its last. */
  from: string | undefined;
  to: string | undefined;
  speed: ReplaySpeed;
  /** Recorded milliseconds that longer gaps are shortened to; undefined when gaps are kept as they were. */
  maxGap: number | undefined;
  /** Position to begin at; undefined for the start of the range. */
  at: number | undefined;
}

export interface WrongParameter {
  name: string;
  why: string;
}

export const DEFAULT_SPEED: ReplaySpeed = 8;
export const DEFAULT_MAX_GAP = 2_000;

const NO_MAX_GAP = 'off';

// The server reads the same parameters, so its schemas are their only definition.
const { speed, project, after, max_gap } = socketParameters.shape;
const { from, to } = ROUTES.getSeries.query.shape;
const { task_id } = ROUTES.listEvents.query.shape;

const parameters = z
  .strictObject({ project, task: task_id, from, to, speed, max_gap, at: after })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (given.task !== undefined && given.project === undefined) refuse('task', 'needs project');
    if (given.from !== undefined && given.to !== undefined && given.to < given.from) {
      refuse('to', 'must not be earlier than from');
    }
  });

export function readAddress(
  search: string,
): { address: ReplayAddress; wrong?: undefined } | { address?: undefined; wrong: WrongParameter[] } {
  const given = Object.fromEntries(new URLSearchParams(search));
  const isGapKept = given.max_gap === NO_MAX_GAP;
  if (isGapKept) delete given.max_gap;
  const parsed = parameters.safeParse(given);
  if (!parsed.success) return { wrong: parsed.error.issues.flatMap(wrongOf) };
  const { project, task, from, to, speed = DEFAULT_SPEED, max_gap = DEFAULT_MAX_GAP, at } = parsed.data;
  const maxGap = isGapKept ? undefined : max_gap;
  return { address: { scope: { project, taskId: task }, from, to, speed, maxGap, at } };
}

/** Address without the parameters that have their default. */
export function replayHref(
  address: Partial<Omit<ReplayAddress, 'maxGap'>> & { maxGap?: number | undefined },
): string {
  const query = new URLSearchParams();
  const set = (name: string, value: unknown) => value !== undefined && query.set(name, String(value));
  set('project', address.scope?.project);
  set('task', address.scope?.taskId);
  set('from', address.from);
  set('to', address.to);
  if (address.speed !== DEFAULT_SPEED) set('speed', address.speed);
  if ('maxGap' in address && address.maxGap !== DEFAULT_MAX_GAP) {
    set('max_gap', address.maxGap === undefined ? NO_MAX_GAP : `${address.maxGap}ms`);
  }
  set('at', address.at);
  const text = query.toString();
  return text === '' ? REPLAY : `${REPLAY}?${text}`;
}

function wrongOf(issue: z.core.$ZodIssue): WrongParameter[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => ({ name, why: 'is not a parameter of this page' }));
  }
  return [{ name: issue.path.join('.'), why: issue.message }];
}
