/** Writes docs/openapi.json from the route table; `npm run drift` fails while the two differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '@att/platform/api-docs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('cli/package.json', root), 'utf8'));
writeFileSync(new URL('docs/openapi.json', root), `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
