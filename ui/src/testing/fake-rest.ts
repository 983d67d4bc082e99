/** The reads of the API on a `FakeLog`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Problem,
  type ProblemCode,
  problem,
  type Task,
  type WebhookBody,
  type WebhookKind,
} from '@att/contracts';
import type { FakeLog } from './fake-log';

export interface FakeRestOptions {
  log: FakeLog;
  apiKey: string;
  onAppend(event: ReturnType<FakeLog['append']>): void;
}

export async function answerRest(
  options: FakeRestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  if (request.headers['x-api-key'] !== options.apiKey) return refuse(response, 'unauthorized');
  const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
  if (parts[0] === 'webhook' && request.method === 'POST') {
    const body = JSON.parse(await textOf(request)) as WebhookBody;
    const event = options.log.append(parts[1] as WebhookKind, body);
    options.onAppend(event);
    return send(response, 202, { status: 'accepted', position: event.position });
  }
  const found = read(options.log, parts, url.searchParams);
  if (found === undefined) return refuse(response, 'not_found');
  response.setHeader('x-position', options.log.head());
  if (found.total !== undefined) response.setHeader('x-total-count', found.total);
  send(response, 200, found.body);
}

interface Found {
  body: unknown;
  total?: number;
}

function read(log: FakeLog, [, kind, name, sub, id]: string[], query: URLSearchParams): Found | undefined {
  if (kind === 'projects' && name === undefined) return paged(log.projects(), query);
  if (kind === 'projects' && sub === undefined)
    return one(log.projects().find((project) => project.name === name));
  if (kind === 'projects' && id === undefined)
    return taskList(
      log.tasks().filter((task) => task.project === name),
      query,
    );
  if (kind === 'projects')
    return one(log.tasks().find((task) => task.project === name && task.task_id === id));
  if (kind === 'tasks') return taskList(log.tasks(), query);
  if (kind === 'events' && name !== undefined) {
    return one(
      log
        .taskEvents(Number(name) - 1)
        .slice(0, 1)
        .map(log.wire)[0],
    );
  }
  if (kind === 'events') return { body: eventList(log, query) };
  if (kind === 'stats') return { body: stats(log) };
  return undefined;
}

function one(body: unknown): Found | undefined {
  return body === undefined ? undefined : { body };
}

function taskList(tasks: Task[], query: URLSearchParams): Found {
  const words = query.get('status')?.split(',');
  return paged(words === undefined ? tasks : tasks.filter((task) => words.includes(task.status)), query);
}

function paged(rows: unknown[], query: URLSearchParams): Found {
  const offset = Number(query.get('offset') ?? 0);
  return { body: rows.slice(offset, offset + Number(query.get('limit') ?? 50)), total: rows.length };
}

function eventList(log: FakeLog, query: URLSearchParams): unknown[] {
  return log
    .taskEvents(Number(query.get('after') ?? 0))
    .filter((event) => event.project === query.get('project') && event.task_id === query.get('task_id'))
    .slice(0, Number(query.get('limit') ?? 50))
    .map(log.wire);
}

function stats(log: FakeLog): unknown {
  const tasks = log.tasks();
  return {
    total_projects: log.projects().length,
    total_tasks: tasks.length,
    active_tasks: 0,
    completed_tasks: 0,
    failed_tasks: 0,
    average_duration: null,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function refuse(response: ServerResponse, code: ProblemCode): void {
  const document: Problem = problem(code, '', 'fake-request');
  send(response, document.status, document);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
