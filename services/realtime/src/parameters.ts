/** What a client asks for in the query of the socket's URL. */
import { MAX_NAME_LENGTH } from '@att/contracts';
import { SocketRefusedError } from './socket-refused-error.js';

export interface SocketParameters {
  /** Only frames of this project; undefined: of all. */
  project: string | undefined;
  /** Resume after this position; undefined: begin live. */
  after: number | undefined;
  /** The log that `after` belongs to, as a hello named it. */
  epoch: string | undefined;
}

const KNOWN = ['project', 'after', 'epoch'] as const;
const NOT_SUPPORTED_YET = ['until', 'speed'];

/**
 * @param search the part of the URL behind the question mark
 * @throws SocketRefusedError badParameter, naming the parameter
 */
export function parseParameters(search: string): SocketParameters {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (given.has(name)) throw bad(name, 'is given twice');
    given.set(name, value);
  }
  given.delete('api_key');
  for (const name of given.keys()) {
    if (NOT_SUPPORTED_YET.includes(name)) throw bad(name, 'is not supported yet');
    if (!KNOWN.some((known) => known === name)) throw bad(name, 'is not a parameter of this socket');
  }
  const after = given.get('after');
  return {
    project: name('project', given.get('project')),
    after: after === undefined ? undefined : positionOf(after),
    // Any word: one that is not this log's epoch is answered with a reset, which helps more than a refusal.
    epoch: name('epoch', given.get('epoch'))?.toLowerCase(),
  };
}

function name(parameter: string, value: string | undefined): string | undefined {
  if (value === '') throw bad(parameter, 'must not be empty');
  if (value !== undefined && value.length > MAX_NAME_LENGTH) {
    throw bad(parameter, `must not be longer than ${MAX_NAME_LENGTH} characters`);
  }
  return value;
}

function positionOf(text: string): number {
  const position = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(position))
    throw bad('after', 'must be a whole number from 0');
  return position;
}

function bad(parameter: string, detail: string): SocketRefusedError {
  // A close reason has 123 bytes: the name is whatever the client sent, and must leave room for the detail.
  return new SocketRefusedError('badParameter', `${parameter.slice(0, 40)} ${detail}`);
}
