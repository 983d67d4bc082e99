/** An answer as the one text that goes over the wire. */
import { STATUS_CODES } from 'node:http';
import { API_HEADERS } from './send.js';

export interface WholeAnswer {
  status: number;
  contentType: string;
  requestId: string;
  json: string;
  headers?: Readonly<Record<string, string>> | undefined;
}

const API_FIELDS = fields(API_HEADERS);

/** @param keepAlive seconds that the connection is kept for another request; undefined when it is closed */
export function answerText(answer: WholeAnswer, keepAlive: number | undefined): string {
  const { status, contentType, requestId, json, headers } = answer;
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${contentType}\r\n` +
    `Content-Length: ${Buffer.byteLength(json)}\r\nX-Request-Id: ${requestId}\r\n${API_FIELDS}` +
    `${headers === undefined ? '' : fields(headers)}Date: ${date()}\r\n` +
    `${keepAlive === undefined ? 'Connection: close' : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAlive}`}` +
    `\r\n\r\n${json}`
  );
}

function fields(headers: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name of Object.keys(headers)) text += `${name}: ${headers[name]}\r\n`;
  return text;
}

let dateText = '';
let dateUntil = 0;

/** Written out once a second. */
function date(): string {
  const now = Date.now();
  if (now >= dateUntil || now < dateUntil - 1_000) {
    dateUntil = now - (now % 1_000) + 1_000;
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}
