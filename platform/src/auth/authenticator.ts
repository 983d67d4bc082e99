import { hash } from 'node:crypto';
import { SCOPES, type Scope } from '@att/contracts';

/** Who is asking. */
export interface Principal {
  /** Which key it was: what an event's `actor` says. Never the key itself. */
  actor: string;
  scopes: ReadonlySet<Scope>;
}

export interface Authenticator {
  /** The holder of a key, or undefined for a wrong one. */
  authenticate(key: string): Principal | undefined;
}

/**
 * Knows the bootstrap key, which has all scopes. Keys are looked up by their digest: how long that takes
 * tells nothing of a key, as nobody can choose how a digest begins.
 */
export function createAuthenticator(bootstrapKey: string): Authenticator {
  const bootstrap: Principal = { actor: 'bootstrap', scopes: new Set(SCOPES) };
  const principals = new Map([[digest(bootstrapKey), bootstrap]]);
  return { authenticate: (key) => principals.get(digest(key)) };
}

const digest = (key: string) => hash('sha256', key, 'hex');
