/** Projects, agents and stats out of their tables, as they were at a position, and the same of what a plain fold gives. */
import type { Project, Task } from '@att/contracts';
import { EVENT_CHUNKS, generationTable, heldAt, STEP_CODES, type Step } from '@att/platform/projections';
import type { Pool } from 'pg';
import { countsOf, durationsOf, type PlainModels, type PlainStep } from './plain-fold.js';

const COUNTS = `v.total AS total_tasks, v.active AS active_tasks, v.completed AS completed_tasks, v.failed AS failed_tasks`;
const DURATIONS = 'v.durations, v.duration_micros::text AS micros';

export async function readProjects(pool: Pool, generation: number, position: number): Promise<Project[]> {
  const { rows } = await pool.query(
    `SELECT o.id, o.name, o.created_at, v.updated_at, ${COUNTS}
     FROM ${generationTable('projects', generation)} o
     CROSS JOIN LATERAL (${heldAt({ table: 'project_versions', generation, key: 'id = o.id', at: '$1::bigint' })}) v
     WHERE o.present_from <= $1 ORDER BY o.id`,
    [position],
  );
  return rows;
}

export async function readAgents(pool: Pool, generation: number, position: number) {
  const { rows } = await pool.query(
    `SELECT o.id, o.name, o.first_seen, v.last_seen, ${COUNTS}, ${DURATIONS}, ARRAY (
       SELECT project FROM ${generationTable('agent_projects', generation)}
       WHERE id = o.id AND valid_from <= $1 AND $1 < valid_to ORDER BY project COLLATE "C"
     ) AS projects
     FROM ${generationTable('agents', generation)} o
     CROSS JOIN LATERAL (${heldAt({ table: 'agent_versions', generation, key: 'id = o.id', at: '$1::bigint' })}) v
     WHERE o.present_from <= $1 ORDER BY o.id`,
    [position],
  );
  return rows;
}

export function agentsOf({ agents, tasks }: PlainModels): Awaited<ReturnType<typeof readAgents>> {
  return agents.map((agent) => {
    const its = tasks.filter((task) => task.agent === agent.name);
    const projects = [...new Set(its.map(({ project }) => project))].sort();
    return { ...agent, ...countsOf(its), ...durationsOf(its), projects };
  });
}

export async function readStats(pool: Pool, generation: number, position: number) {
  return {
    scopes: await scopesAt(pool, generation, position),
    steps: await stepsAt(pool, generation, position),
  };
}

export function statsOf({ tasks, steps }: PlainModels): Awaited<ReturnType<typeof readStats>> {
  return { scopes: scopesOf(tasks), steps: inOrder(steps) };
}

/** Stats by project and agent. Scopes that had a task once, and have none any more, are left out. */
async function scopesAt(pool: Pool, generation: number, position: number): Promise<Record<string, object>> {
  const key = 'project = k.project AND agent = k.agent';
  const { rows } = await pool.query(
    `SELECT k.project, k.agent, v.projects AS total_projects, ${COUNTS}, ${DURATIONS}
     FROM (SELECT DISTINCT project, agent FROM ${generationTable('stats_versions', generation)}) k
     CROSS JOIN LATERAL (${heldAt({ table: 'stats_versions', generation, key, at: '$1::bigint' })}) v
     WHERE v.total > 0`,
    [position],
  );
  return Object.fromEntries(rows.map(({ project, agent, ...stats }) => [`${project}/${agent}`, stats]));
}

function scopesOf(tasks: readonly Task[]): Record<string, object> {
  const scopes = new Map<string, Task[]>();
  for (const task of tasks) {
    for (const project of ['', task.project])
      for (const agent of ['', task.agent]) {
        const scope = `${project}/${agent}`;
        const its = scopes.get(scope);
        if (its === undefined) scopes.set(scope, [task]);
        else its.push(task);
      }
  }
  const stats = [...scopes].map(([scope, its]) => {
    const total_projects = new Set(its.map(({ project }) => project)).size;
    return [scope, { total_projects, ...countsOf(its), ...durationsOf(its) }];
  });
  return Object.fromEntries(stats);
}

const STEPS = Object.fromEntries(Object.entries(STEP_CODES).map(([step, code]) => [code, step as Step]));

/** Steps up to the position: as chunks of the log have them, and those that took effect late. */
async function stepsAt(pool: Pool, generation: number, position: number): Promise<PlainStep[]> {
  const table = (name: 'series_steps' | 'series_durations' | 'series_agents' | 'series_late') =>
    generationTable(name, generation);
  const { rows: known } = await pool.query(
    `SELECT e.position AS at, e.position, e.project, coalesce(a.agent, e.agent) AS agent, d.duration_micros::text AS micros,
            substr(s.codes, (e.position - ${EVENT_CHUNKS.sqlFirstOf('s.chunk')} + 1)::int, 1) AS code
     FROM log.events e
     JOIN ${table('series_steps')} s ON s.chunk = ${EVENT_CHUNKS.sqlOf('e.position')}
     LEFT JOIN ${table('series_durations')} d ON d.position = e.position
     LEFT JOIN ${table('series_agents')} a ON a.position = e.position
     WHERE e.position <= $1`,
    [position],
  );
  const { rows: late } = await pool.query(
    `SELECT valid_from AS at, position, project, agent, duration_micros::text AS micros, kind AS step
     FROM ${table('series_late')} WHERE valid_from <= $1`,
    [position],
  );
  const steps = known.flatMap(({ code, ...row }) => {
    const step = STEPS[code];
    return step === undefined ? [] : [{ ...row, step }];
  });
  return inOrder([...steps, ...late]);
}

const inOrder = (steps: readonly PlainStep[]) =>
  steps.toSorted((a, b) => a.at - b.at || a.position - b.position);
