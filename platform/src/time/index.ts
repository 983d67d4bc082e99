export { oncePer } from './once-per.js';
export { pause } from './pause.js';
export { throttle } from './throttle.js';
export { withTimeLimit } from './with-time-limit.js';
