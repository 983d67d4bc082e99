export { startQuery } from './start-query.js';
