export { type Authenticator, createAuthenticator, type Principal } from './authenticator.js';
export { presentedKey } from './presented-key.js';
