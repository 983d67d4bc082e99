export { startIngest } from './start-ingest.js';
