/** Agents with the counts of the tasks that are theirs: as they are now, and as they were at every position. */
import { generationTable, PROJECTION_VERSIONS, READ_MODELS } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../fold/projection.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { noRun } from '../../rows/runs.js';
import { writeRuns } from '../../rows/write-runs.js';
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { addDuration, NO_DURATIONS } from '../../task-outcomes/durations.js';
import {
  isSameToStats,
  outcomesKey,
  type TaskOutcome,
  TaskOutcomes,
  type Transition,
} from '../../task-outcomes/index.js';
import { AgentProjects, type MembershipStep } from './agent-projects.js';
import { AGENT_RUNS, type AgentRow, copyOf, loadAgents, upsertAgents } from './agent-rows.js';

const CACHED_AGENTS = 20_000;

export const agents: Projection = {
  name: 'agents',
  version: PROJECTION_VERSIONS.agents,
  tables: READ_MODELS.agents,
  keys: [outcomesKey('agents_tasks')],
  byKey: ['agent_versions', 'agents_tasks'],
  // Writing needs all that readers do.
  indexes: () => [],
  writer,
};

function writer(generation: number, position: number): ProjectionWriter {
  const table = generationTable('agents', generation);
  const versionsTable = generationTable('agent_versions', generation);
  const outcomes = new TaskOutcomes(generationTable('agents_tasks', generation), position);
  const projects = new AgentProjects(generationTable('agent_projects', generation), position);
  const cache = new RowCache<AgentRow>({ capacity: CACHED_AGENTS, isTableEmpty: position === 0 });

  async function load(loader: Loader, transitions: readonly Transition[]): Promise<void> {
    const names = new Set<string>();
    for (const { before, after } of transitions) {
      names.add(after.agent);
      if (before !== undefined && before.agent !== after.agent) names.add(before.agent);
    }
    const unknown = [...names].filter((name) => cache.isToLoad(name));
    if (unknown.length === 0) return;
    for (const row of await loadAgents(loader, { agents: table, versions: versionsTable }, unknown))
      cache.set(row.name, row);
  }

  return {
    async fold(loader, batch, known) {
      const transitions = await outcomes.transitions(loader, batch, known);
      await load(loader, transitions.all);
      const folded = fold(transitions.all, cache);
      cache.trim();
      const writes = [
        outcomes.copyNew(batch, transitions),
        upsertAgents(table, folded.changed),
        ...writeRuns(versionsTable, AGENT_RUNS, folded.versions),
        await projects.fold(loader, folded.steps),
      ];
      return { writes, transitions };
    },
  };
}

interface Folded {
  /** Agents that changed, once each, as they are after the batch. */
  changed: AgentRow[];
  versions: AgentRow[];
  steps: MembershipStep[];
}

function fold(transitions: readonly Transition[], cache: RowCache<AgentRow>): Folded {
  const changed = new Map<string, AgentRow>();
  const versions: AgentRow[] = [];
  const steps: MembershipStep[] = [];
  // Closures stand outside of the loop, where they would be two objects an event.
  const keep = (row: AgentRow) => {
    cache.set(row.name, row);
    changed.set(row.name, row);
    versions.push(row);
  };
  const step = ({ event: { project }, at }: Transition, id: number, by: 1 | -1) =>
    steps.push({ id, project, position: at, by });
  for (const transition of transitions) {
    const { event, at, before, after } = transition;
    const moves = before === undefined || before.agent !== after.agent;
    const known = cache.get(after.agent);
    if (known !== undefined && isLeftAsItWas(known, transition)) continue;
    const row = copyOf(known ?? firstSeen(transition));
    if (event.recorded_at > row.last_seen) row.last_seen = event.recorded_at;
    row.valid_from = at;
    if (before !== undefined && !moves) count(row, before, -1);
    count(row, after, 1);
    keep(row);
    if (!moves) continue;
    step(transition, row.id, 1);
    // The former agent is not seen by this: it was when it took the task.
    const former = before === undefined ? undefined : cache.get(before.agent);
    if (before === undefined || former === undefined) continue;
    const left = copyOf(former);
    left.valid_from = at;
    count(left, before, -1);
    keep(left);
    step(transition, left.id, -1);
  }
  return { changed: [...changed.values()], versions, steps };
}

/** Whether the event leaves the row of its agent unchanged. Under load most do, as all events of an append have the same time. */
function isLeftAsItWas(agent: AgentRow, { event, before, after }: Transition): boolean {
  return before !== undefined && event.recorded_at <= agent.last_seen && isSameToStats(before, after);
}

function firstSeen({ event: { position, recorded_at }, at, after }: Transition): AgentRow {
  return {
    id: position,
    name: after.agent,
    present_from: at,
    first_seen: recorded_at,
    last_seen: recorded_at,
    ...NO_COUNTS,
    ...NO_DURATIONS,
    valid_from: at,
    run: noRun(),
  };
}

function count(row: AgentRow, task: TaskOutcome, sign: 1 | -1): void {
  countTask(row, task, sign);
  addDuration(row, task, sign);
}
