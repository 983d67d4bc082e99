import type { HandlersOf, StaticFile } from '../http/index.js';
import { asyncApiDocument } from './asyncapi-document.js';
import { type DocPage, redocPage, swaggerPage } from './doc-pages.js';
import { openApiDocument } from './openapi-document.js';

export interface ApiDocs {
  handlers: HandlersOf<'docs'>;
  /** Files that the pages load, by path. */
  files: ReadonlyMap<string, StaticFile>;
}

/**
 * @param version of the product
 * @param basePath that the server is reached under, without a slash at its end
 */
export function createApiDocs(version: string, basePath = ''): ApiDocs {
  const openApi = JSON.stringify(openApiDocument(version, basePath));
  const asyncApi = JSON.stringify(asyncApiDocument(version, basePath));
  const [swagger, redoc] = [swaggerPage(basePath), redocPage(basePath)];
  const show =
    ({ html, policy }: DocPage) =>
    async () => ({
      headers: { 'Content-Security-Policy': policy },
      text: html,
      contentType: 'text/html; charset=utf-8',
    });
  return {
    handlers: {
      openapi: async () => ({ json: openApi }),
      asyncapi: async () => ({ json: asyncApi }),
      docs: show(swagger),
      redoc: show(redoc),
    },
    files: new Map([...swagger.files, ...redoc.files]),
  };
}
