/** The built UI: its files, and its page wherever a browser asks for a page that nothing else answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { Express } from 'express';
import { FOR_GOOD, keptFile, type StaticFile, sendFile, serveFiles } from './serve-files.js';

const PAGE = 'index.html';
/** Has the path that the page's own addresses are relative to. */
const BASE = /<base href="[^"]*"/;

/** @param basePath without a slash at its end */
export function serveUi(app: Express, directory: string, basePath: string): void {
  const page = keptPage(directory, basePath);
  const files = filesIn(directory);
  serveFiles(app, files);
  app.get(/^\/(?!api\/|webhook\/|assets\/)/, (request, response, next) => {
    response.vary('Accept');
    // A browser names HTML. Programs take anything (curl's */*), and to them a page would pass for an answer.
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) return next();
    return sendFile(request, response, page);
  });
}

/** Start page; browsers revalidate it each time, as it names the files of its release. */
function keptPage(directory: string, basePath: string): StaticFile {
  const text = readFileSync(join(directory, PAGE), 'utf8').replace(BASE, `<base href="${basePath}/"`);
  return keptFile('text/html; charset=utf-8', 'no-cache', async () => Buffer.from(text));
}

/** A few hundred KiB: read as the server starts, so that a build meanwhile does not mix two releases. */
function filesIn(directory: string): Map<string, StaticFile> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== PAGE);
  return new Map(
    files.map((entry): [string, StaticFile] => {
      const file = join(entry.parentPath, entry.name);
      const path = `/${file.slice(directory.length + 1).replaceAll(sep, '/')}`;
      const bytes = readFileSync(file);
      // Hashed names never change their content.
      const caching = path.startsWith('/assets/') ? FOR_GOOD : 'no-cache';
      return [path, keptFile(extname(entry.name), caching, async () => bytes)];
    }),
  );
}
