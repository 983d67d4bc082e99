/** Writes docs/openapi.json and docs/asyncapi.json from contracts; `npm run drift` fails while they differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { asyncApiDocument, openApiDocument } from '@att/platform/api-docs';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('cli/package.json', root), 'utf8'));
for (const [name, document] of [
  ['openapi', openApiDocument(version)],
  ['asyncapi', asyncApiDocument(version)],
]) {
  writeFileSync(new URL(`docs/${name}.json`, root), `${JSON.stringify(document, null, 2)}\n`);
}
