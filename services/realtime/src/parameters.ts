import { type SocketParameters, socketParameters } from '@att/contracts';
import { MALFORMED_PARAMETER, malformedParameter } from '@att/platform/http';
import { SocketRefusedError } from './socket-refused-error.js';

/**
 * Parameters that a client asks for in the query of the socket's URL.
 *
 * @param search the part of the URL behind the question mark
 * @throws SocketRefusedError badParameter, naming the parameter
 */
export function parseParameters(search: string): SocketParameters {
  const malformed = malformedParameter(search);
  if (malformed !== undefined) throw bad(malformed, MALFORMED_PARAMETER);
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (given.has(name)) throw bad(name, 'is given twice');
    given.set(name, value);
  }
  given.delete('api_key');
  const parsed = socketParameters.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw bad(issue.keys[0] ?? '', 'is not a parameter of this socket');
  throw bad(String(issue?.path[0]), issue?.message ?? 'is wrong');
}

function bad(parameter: string, detail: string): SocketRefusedError {
  // A close reason has 123 bytes: the name is whatever the client sent, and must leave room for the detail.
  return new SocketRefusedError('badParameter', `${parameter.slice(0, 40)} ${detail}`);
}
