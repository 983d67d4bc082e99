/** Reads and reports over HTTP, as a viewer or an agent sends them. */
import type { Project, Stats, Task } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { until } from '@att/platform/testing';

export const API_KEY = 'key-of-the-tests-0123456789';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export async function get<Body>(url: string, path: string, key = API_KEY): Promise<Answer<Body>> {
  const answer = await fetch(`${url}${path}`, { headers: { 'X-API-Key': key } });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}

export interface Accepted {
  position: number;
  event_id: string;
  duplicate: boolean;
}

export async function post(
  url: string,
  path: string,
  report: object,
  key = API_KEY,
): Promise<Answer<Accepted>> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
    body: JSON.stringify(report),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Accepted };
}

export function report(fields: object = {}): object {
  return { project: 'tests', task: 'A task', task_id: 'task-1', agent: 'tester', ...fields };
}

/** Answer to a read that names a position; it is sent again until that is projected, however long a busy machine takes. */
export async function getProjected<Body>(url: string, path: string, key = API_KEY): Promise<Answer<Body>> {
  let answer: Answer<Body> | undefined;
  await until(`${path} is projected`, async () => {
    answer = await get<Body>(url, path, key);
    return answer.status !== 503;
  });
  return answer as Answer<Body>;
}

/** Reads that must succeed, those of a position once that is projected. */
export async function read<Body>(url: string, path: string, key = API_KEY): Promise<Body> {
  const asked = path.includes('min_position=') ? getProjected : get;
  const { status, body } = await asked<Body>(url, path, key);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** The whole log, payloads as text. */
export async function readLog(url: string): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (;;) {
    const page = await read<LogEvent[]>(
      url,
      `/api/events?limit=1000&data=text&after=${events.at(-1)?.position ?? 0}`,
    );
    if (page.length === 0) return events;
    events.push(...page);
  }
}

export interface ReadModels {
  tasks: Task[];
  projects: Project[];
  stats: Stats;
}

/** All that the read models hold, once they have reached `position`; tasks and projects by id. */
export async function readModels(url: string, position: number): Promise<ReadModels> {
  await read(url, `/api/projects?limit=1&min_position=${position}`);
  const summaries: Task[] = [];
  for (;;) {
    const page = await read<Task[]>(
      url,
      `/api/tasks?limit=200&offset=${summaries.length}&min_position=${position}`,
    );
    if (page.length === 0) break;
    summaries.push(...page);
  }
  const tasks: Task[] = [];
  for (const { project, task_id } of summaries) {
    tasks.push(
      await read<Task>(
        url,
        `/api/projects/${encodeURIComponent(project)}/tasks/${encodeURIComponent(task_id)}`,
      ),
    );
  }
  const projects = await read<Project[]>(url, '/api/projects?limit=200');
  const stats = await read<Stats>(url, `/api/stats?min_position=${position}`);
  const byId = (one: { id: number }, other: { id: number }) => one.id - other.id;
  return { tasks: tasks.sort(byId), projects: projects.sort(byId), stats };
}
