/** Lists in pages: opaque cursors, keyset conditions, the Link header and the total. */
export type { Cursor, KeyValue } from './cursor.js';
export { beside, type Order, orderBy, type Parameter, type Stretch, stretches } from './keyset.js';
export { cutPage, type Keyed, momentOf, type PageRequest, pageRequest } from './page.js';
export { COUNTED, totalHeaders } from './total.js';
