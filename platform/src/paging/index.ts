/** Lists in pages: opaque cursors, keyset conditions, the Link header and the total. */
export type { Cursor, KeyValue } from './cursor.js';
export { beside, type KeyRange, keyRanges, type Order, orderBy, type Parameter } from './keyset.js';
export { cutPage, type Keyed, type PageRequest, pageAsOf, pageRequest } from './page.js';
export { COUNT_LIMIT, totalHeaders } from './total.js';
