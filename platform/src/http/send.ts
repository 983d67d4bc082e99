/** Answers of the lean path: what Express and its middleware send for everything else. */
import type { ServerResponse } from 'node:http';
import type { ProblemAnswer } from './problem-answer.js';

/** Sent with every answer that is not a page. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

export const JSON_TYPE = 'application/json; charset=utf-8';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const FLAT_API_HEADERS = Object.entries(API_HEADERS).flat();

export function sendJson(response: ServerResponse, status: number, requestId: string, json: string): void {
  response.writeHead(status, [
    'Content-Type',
    JSON_TYPE,
    'Content-Length',
    String(Buffer.byteLength(json)),
    'X-Request-Id',
    requestId,
    ...FLAT_API_HEADERS,
  ]);
  response.end(json);
}

export function sendProblem(response: ServerResponse, { status, headers, body }: ProblemAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(json),
    'X-Request-Id': body.request_id,
    ...API_HEADERS,
    ...headers,
  });
  response.end(json);
}
