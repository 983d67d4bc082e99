/**
 * Reads the head of a request to the letter of RFC 9112. What follows it is framed by this reading, so a head that two
 * readers could take in two ways is refused, before node:http or a handler sees it.
 */
import type { Refusal } from './refusal.js';

/** How many bytes belong to the request after its head. */
export type Framing = { kind: 'length'; bytes: number } | { kind: 'chunked' };

export interface RequestHead {
  method: string;
  framing: Framing;
  /** Host header as it was sent; HTTP/1.0 may have none. */
  host: string | undefined;
  /** A WebSocket is asked for. */
  opensSocket: boolean;
  /** The head as it is given on, with its last empty line: without offers that are not taken up. */
  text: string;
}

/** Bytes, with the last empty line. */
export const MAX_HEAD_BYTES = 16 * 1024;
export const MAX_FIELDS = 200;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
const REQUEST_LINE = /^([^ ]+) ([^ ]+) HTTP\/(\d+)\.(\d+)$/;
const TARGET = /^[!-~\x80-\xff]+$/;
const FIELD = /^([\w!#$%&'*+\-.^`|~]+):[\t ]*([\t -~\x80-\xff]*)$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w!$&'()*+,;=\-.~%]+)(?::\d{0,5})?$/i;
const LENGTH = /^\d{1,15}$/;

interface Field {
  /** Host of the request, in lower case. */
  name: string;
  value: string;
  line: string;
}

/** @param text without the last empty line, one character a byte */
export function readHead(text: string): RequestHead | Refusal {
  const [first = '', ...lines] = text.split('\r\n');
  const line = REQUEST_LINE.exec(first);
  if (line === null) return malformed('The request line must be: method, target, HTTP version.');
  const [, method = '', target = '', major, minor] = line;
  if (!TOKEN.test(method)) return malformed('The method is no token.');
  if (major !== '1' || Number(minor) > 1) {
    return { code: 'version_not_supported', detail: 'Send it as HTTP/1.1.' };
  }
  if (lines.length > MAX_FIELDS) return tooLarge(`The head may have at most ${MAX_FIELDS} fields.`);
  const fields: Field[] = [];
  for (const fieldLine of lines) {
    const field = FIELD.exec(fieldLine);
    if (field === null) return malformed(`A field of the head is malformed${whichLine(fieldLine)}.`);
    fields.push({ name: field[1]?.toLowerCase() ?? '', value: field[2]?.trimEnd() ?? '', line: fieldLine });
  }
  return assemble({ method, target, version: `1.${minor}` }, fields);
}

interface RequestLine {
  method: string;
  target: string;
  version: string;
}

function assemble(line: RequestLine, fields: readonly Field[]): RequestHead | Refusal {
  const { method, version } = line;
  const all = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value);
  if (!METHODS.has(method)) {
    return { code: 'method_not_implemented', detail: `The methods are ${[...METHODS].join(', ')}.` };
  }
  const target = originForm(line, all('host'));
  if (typeof target !== 'string') return target;
  const framing = framingOf(version, all('transfer-encoding'), all('content-length'));
  if ('code' in framing) return framing;
  const unmet = all('expect').find((value) => value.toLowerCase() !== '100-continue');
  if (unmet !== undefined) {
    return { code: 'expectation_failed', detail: 'Only Expect: 100-continue is understood; leave it out.' };
  }
  const upgrades = all('upgrade').map((value) => value.toLowerCase());
  const opensSocket =
    method === 'GET' && version === '1.1' && upgrades.length === 1 && upgrades[0] === 'websocket';
  if (opensSocket && (framing.kind === 'chunked' || framing.bytes > 0)) {
    return malformed('A WebSocket is opened by a GET without a body.');
  }
  // RFC 9110, 7.8: an offer to go on in another protocol may be passed over; curl --http2 and Java's client make one.
  const kept = opensSocket
    ? fields
    : fields.filter(({ name }) => name !== 'upgrade' && name !== 'http2-settings');
  const head = [`${method} ${target} HTTP/${version}`, ...kept.map((field) => field.line)];
  return { method, host: all('host')[0], framing, opensSocket, text: `${head.join('\r\n')}\r\n\r\n` };
}

/** The target as routes are compared with it; one that brings a host of its own must name the Host's (RFC 9112, 3.2). */
function originForm({ method, target, version }: RequestLine, hosts: readonly string[]): string | Refusal {
  if (hosts.length > 1) return malformed('There is more than one Host.');
  const [host] = hosts;
  if (host === undefined && version === '1.1') return malformed('There is no Host.');
  if (host !== undefined && !AUTHORITY.test(host)) return malformed('The Host is no host and port.');
  if (!TARGET.test(target)) return malformed('The target has characters that must be percent-encoded.');
  if (target.startsWith('/')) return target;
  if (target === '*' && method === 'OPTIONS') return target;
  const absolute = ABSOLUTE.exec(target);
  if (absolute === null) return malformed('The target must begin with a slash.');
  const [, authority = '', rest = ''] = absolute;
  if (host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return malformed('The target names another host than the Host does.');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function framingOf(
  version: string,
  codings: readonly string[],
  lengths: readonly string[],
): Framing | Refusal {
  if (codings.length === 0) {
    const [length = '0'] = lengths;
    if (lengths.length > 1 || !LENGTH.test(length))
      return malformed('The Content-Length must be one number.');
    return { kind: 'length', bytes: Number(length) };
  }
  if (lengths.length > 0) return malformed('Send Content-Length or Transfer-Encoding, not both.');
  if (version === '1.0') return malformed('HTTP/1.0 has no Transfer-Encoding.');
  if (codings.length > 1) return malformed('There is more than one Transfer-Encoding.');
  if (codings[0]?.toLowerCase() === 'chunked') return { kind: 'chunked' };
  return {
    code: 'coding_not_implemented',
    detail: 'The only Transfer-Encoding that is understood is chunked.',
  };
}

/** The name of a field alone: its value may be a secret. */
function whichLine(line: string): string {
  const name = line.slice(0, line.indexOf(':')).trim();
  return TOKEN.test(name) && name.length <= 100 ? `: ${name}` : '';
}

const malformed = (detail: string): Refusal => ({ code: 'malformed_request', detail });
export const tooLarge = (detail: string): Refusal => ({ code: 'headers_too_large', detail });
