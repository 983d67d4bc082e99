/** Swagger UI and ReDoc: their pages, and the files of their npm packages, so that no page needs a CDN. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { FOR_GOOD, keptFile, type StaticFile } from '../http/index.js';

export interface DocPage {
  html: string;
  /** Content-Security-Policy: what every page may do, and the page's own script, by hash. */
  policy: string;
  /** Files that the page loads, by path; a path names a version, so its content never changes. */
  files: ReadonlyMap<string, StaticFile>;
}

const require = createRequire(import.meta.url);

/** @param basePath that addresses of the page begin with */
export function swaggerPage(basePath: string): DocPage {
  const folder = `/docs/swagger-ui-${versionOf('swagger-ui-dist')}`;
  return page({
    title: 'Agent Task Tracker: Swagger UI',
    head: `<link rel="stylesheet" href="${basePath}${folder}/swagger-ui.css">`,
    body: `<div id="docs"></div><script src="${basePath}${folder}/swagger-ui-bundle.js"></script>`,
    script: `SwaggerUIBundle({ url: ${openApi(basePath)}, dom_id: '#docs', deepLinking: true, validatorUrl: null, tryItOutEnabled: true })`,
    files: new Map([
      [`${folder}/swagger-ui.css`, packaged('swagger-ui-dist/swagger-ui.css', 'text/css')],
      [`${folder}/swagger-ui-bundle.js`, packaged('swagger-ui-dist/swagger-ui-bundle.js', 'text/javascript')],
    ]),
  });
}

/** ReDoc's one remote picture, which it leaves out where it cannot be loaded. */
const REDOC_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

/** @param basePath that addresses of the page begin with */
export function redocPage(basePath: string): DocPage {
  const file = `/redoc/redoc-${versionOf('redoc')}/redoc.standalone.js`;
  return page({
    title: 'Agent Task Tracker: ReDoc',
    head: '',
    body: `<div id="docs"></div><script src="${basePath}${file}"></script>`,
    script: `Redoc.init(${openApi(basePath)}, { hideDownloadButton: false }, document.getElementById('docs'))`,
    files: new Map([
      [
        file,
        packaged('redoc/bundles/redoc.standalone.js', 'text/javascript', (text) =>
          text.replaceAll(REDOC_LOGO, 'data:,'),
        ),
      ],
    ]),
    // ReDoc searches in a worker that it makes from a text.
    alsoAllowed: "; worker-src 'self' blob:",
  });
}

/** Address with the page's own query: where documents need a key, it is in there for both. */
const openApi = (basePath: string) => `'${basePath}/openapi.json' + location.search`;

interface PageParts {
  title: string;
  head: string;
  body: string;
  script: string;
  files: DocPage['files'];
  alsoAllowed?: string;
}

function page({ title, head, body, script, files, alsoAllowed = '' }: PageParts): DocPage {
  const hash = createHash('sha256').update(script).digest('base64');
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
${head}
<style>body { margin: 0 }</style>
</head>
<body>
${body}
<script>${script}</script>
</body>
</html>
`,
    policy: `default-src 'self'; script-src 'self' 'sha256-${hash}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; form-action 'self'; object-src 'none'; frame-ancestors 'none'${alsoAllowed}`,
    files,
  };
}

function packaged(path: string, contentType: string, change = (text: string) => text): StaticFile {
  return keptFile(contentType, FOR_GOOD, async () => change(await readFile(require.resolve(path), 'utf8')));
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;
}
