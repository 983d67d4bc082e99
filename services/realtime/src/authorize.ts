import type { IncomingMessage } from 'node:http';
import type { SocketParameters } from '@att/contracts';
import { type Authenticator, type Principal, presentedKey } from '@att/platform/auth';
import { parseParameters } from './parameters.js';
import { SocketRefusedError } from './socket-refused-error.js';

/**
 * The holder of the key that a request presents, and the parameters of its socket.
 *
 * @throws SocketRefusedError
 */
export function authorize(
  request: IncomingMessage,
  authenticator: Authenticator,
): SocketParameters & { actor: string } {
  const url = request.url ?? '';
  const question = url.indexOf('?');
  const search = question < 0 ? '' : url.slice(question + 1);
  const { actor } = authenticate(authenticator, presentedKey(request.headers, search));
  return { actor, ...parseParameters(search) };
}

function authenticate(authenticator: Authenticator, key: string | undefined): Principal {
  if (key === undefined) throw new SocketRefusedError('unauthorized', 'an API key is needed: send api_key');
  const principal = authenticator.authenticate(key);
  if (principal === undefined) throw new SocketRefusedError('unauthorized', 'the API key is not known here');
  if (!principal.scopes.has('read')) {
    throw new SocketRefusedError('forbidden', 'this needs a key with the scope read');
  }
  return principal;
}
