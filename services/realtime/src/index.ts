export { startRealtime } from './start-realtime.js';
