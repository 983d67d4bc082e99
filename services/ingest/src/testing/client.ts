/** An agent's side of the webhooks. Bodies that are strings or bytes go out as they are. */
import {
  batchItemAccepted,
  PROBLEMS,
  type Problem,
  type ProblemCode,
  problemSchema,
  type WebhookAnswer,
  webhookAnswer,
} from '@att/contracts';
import { expect } from 'vitest';
import { z } from 'zod';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface SendOptions {
  headers?: Record<string, string>;
  /** Left out of the request when undefined. */
  key?: string | undefined;
  method?: string;
}

export interface Client {
  post(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  /** Posts to the batch, NDJSON when the body is a string. */
  batch(body: readonly unknown[] | string, options?: SendOptions): Promise<Answer>;
}

export function createClient(port: number, apiKey: string): Client {
  const post = async (path: string, body: unknown, options: SendOptions = {}): Promise<Answer> => {
    const { method = 'POST', headers } = options;
    const key = 'key' in options ? options.key : apiKey;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(key === undefined ? {} : { 'X-API-Key': key }),
        ...headers,
      },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: asBytes(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return {
    post,
    batch: (body, options = {}) =>
      post('/webhook/batch', body, {
        ...options,
        headers: {
          'Content-Type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json',
          ...options.headers,
        },
      }),
  };
}

function asBytes(body: unknown): Uint8Array<ArrayBuffer> {
  const bytes = body instanceof Uint8Array ? body : typeof body === 'string' ? body : JSON.stringify(body);
  return new Uint8Array(Buffer.from(bytes as string));
}

const exactAnswer = z.strictObject(webhookAnswer.shape);
const exactItem = z.strictObject(batchItemAccepted.shape);
const exactProblem = z.strictObject(problemSchema.shape);

/** The answer to a webhook that was stored, or was before: 202 in exactly its shape. */
export function accepted(answer: Answer): WebhookAnswer {
  expect(`${answer.status} ${answer.text}`).toMatch(/^202 /);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return exactAnswer.parse(JSON.parse(answer.text));
}

/** The problem document of a refusal, in exactly its shape. */
export function refused(answer: Answer, code: ProblemCode): Problem {
  expect(`${answer.status} ${answer.text}`).toMatch(new RegExp(`^${PROBLEMS[code].status} `));
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = checkedProblem(JSON.parse(answer.text));
  expect(problem.code).toBe(code);
  expect(problem.request_id).toBe(answer.headers.get('x-request-id'));
  return problem;
}

/** A problem document whose parts agree with each other. */
export function checkedProblem(value: unknown): Problem {
  const problem = exactProblem.parse(value);
  expect(problem).toMatchObject(PROBLEMS[problem.code]);
  expect(problem.type).toBe(`urn:agent-task-tracker:problem:${problem.code}`);
  expect(problem.request_id).not.toBe('');
  return problem;
}

/** Pointers of a problem's mistakes, in the order it gives them. */
export const pointers = (problem: Problem): string[] => (problem.errors ?? []).map((error) => error.pointer);

/** The items of a batch's answer; each in exactly one of its two shapes. */
export function items(answer: Answer): (z.infer<typeof exactItem> | Problem)[] {
  expect(`${answer.status} ${answer.text.slice(0, 2_000)}`).toMatch(/^207 /);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const parsed = z.array(z.looseObject({ status: z.number() })).parse(JSON.parse(answer.text));
  return parsed.map((item) => (item.status === 202 ? exactItem.parse(item) : checkedProblem(item)));
}

/** Outcomes of a batch's items, in short: position, `=position` for a duplicate, or the problem's code. */
export const outcomes = (answer: Answer): (number | string)[] =>
  items(answer).map((item) => {
    if ('code' in item) return item.code;
    return item.duplicate ? `=${item.position}` : item.position;
  });
