/** Helpers of tests: never imported by what runs in production. */

export { silentLog } from './silent-log.js';
export {
  createTemplateDatabase,
  createTestDatabase,
  type TestDatabase,
  type TestServer,
} from './test-database.js';
