import { createHash, timingSafeEqual } from 'node:crypto';
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

/** Knows the bootstrap key, which has all scopes. */
export function createAuthenticator(bootstrapKey: string): Authenticator {
  const expected = digest(bootstrapKey);
  const bootstrap: Principal = { actor: 'bootstrap', scopes: new Set(SCOPES) };
  return {
    // Digests are of one length, so that the comparison takes the same time for every wrong key.
    authenticate: (key) => (timingSafeEqual(digest(key), expected) ? bootstrap : undefined),
  };
}

const digest = (key: string) => createHash('sha256').update(key).digest();
