export { pause } from './pause.js';
export { withTimeLimit } from './with-time-limit.js';
