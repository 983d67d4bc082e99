import type { IncomingMessage } from 'node:http';
import type { SocketParameters } from '@att/contracts';
import { type Authenticator, type Principal, presentedKey } from '@att/platform/auth';
import { parseParameters } from './parameters.js';
import { SocketRefusedError } from './socket-refused-error.js';

/**
 * Who asks, and for what.
 *
 * @throws SocketRefusedError
 */
export function admit(
  request: IncomingMessage,
  authenticator: Authenticator,
): SocketParameters & { actor: string } {
  const url = request.url ?? '';
  const question = url.indexOf('?');
  const search = question < 0 ? '' : url.slice(question + 1);
  const { actor } = authorize(authenticator, presentedKey(request.headers, search));
  return { actor, ...parseParameters(search) };
}

function authorize(authenticator: Authenticator, key: string | undefined): Principal {
  if (key === undefined) throw new SocketRefusedError('unauthorized', 'an API key is needed: send api_key');
  const principal = authenticator.authenticate(key);
  if (principal === undefined) throw new SocketRefusedError('unauthorized', 'the API key is not known here');
  if (!principal.scopes.has('read')) {
    throw new SocketRefusedError('forbidden', 'this needs a key with the scope read');
  }
  return principal;
}
