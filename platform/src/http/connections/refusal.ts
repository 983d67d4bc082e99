/** Answers that are written before, or past, a request object of node:http. */
import { STATUS_CODES } from 'node:http';
import { PROBLEMS, type ProblemCode, problem } from '@att/contracts';
import { requestIdOf } from '../request-id.js';
import { API_HEADERS, PROBLEM_TYPE } from '../send.js';

export interface Refusal {
  code: ProblemCode;
  detail: string;
  headers?: Readonly<Record<string, string>>;
}

/** The whole answer; the connection ends with it, as what follows cannot be trusted to be a request. */
export function refusalText({ code, detail, headers }: Refusal): string {
  const { status } = PROBLEMS[code];
  const requestId = requestIdOf({ headers: {} });
  const body = JSON.stringify(problem(code, detail, requestId));
  const fields = {
    Connection: 'close',
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    ...API_HEADERS,
    ...headers,
    Date: new Date().toUTCString(),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}

export function otherHost(host: string): Refusal {
  const named = host.length <= 255 ? ` ${host}` : '';
  return {
    code: 'host_not_allowed',
    detail: `This server does not answer for the host${named}: set ALLOWED_HOSTS to it, if it is yours.`,
  };
}
