/** Lists in pages: opaque cursors, keyset conditions, the Link header and the total. */
export type { Cursor, KeyValue } from './cursor.js';
export { beside, type KeyRange, keyRanges, type Order, orderBy, type Parameter } from './keyset.js';
export {
  COUNT_LIMIT,
  cutPage,
  type Keyed,
  type PageRequest,
  pageAsOf,
  pageRequest,
  totalHeaders,
} from './page.js';
