/** Files that need no key, from memory: each is read once, so that asking for it a thousand times opens none. */
import type { Express, Request, Response } from 'express';
import { isKnown, tagOf } from './etag.js';

export interface StaticFile {
  /** Media type, or the extension of a file's name. */
  contentType: string;
  /** How long it may be kept. */
  caching: string;
  read(): Promise<KeptBytes>;
}

export interface KeptBytes {
  bytes: Buffer;
  etag: string;
}

/** Caching of a path that names the version of its content. */
export const FOR_GOOD = 'public, max-age=31536000, immutable';

/** Kept once it was read, and read once for all who ask meanwhile. */
export function keptFile(
  contentType: string,
  caching: string,
  read: () => Promise<Buffer | string>,
): StaticFile {
  let kept: Promise<KeptBytes> | undefined;
  const readAndTag = async () => {
    const bytes = Buffer.from(await read());
    return { bytes, etag: tagOf(bytes) };
  };
  return {
    contentType,
    caching,
    read() {
      kept ??= readAndTag().catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      return kept;
    },
  };
}

/** @param files by path */
export function serveFiles(app: Express, files: ReadonlyMap<string, StaticFile>): void {
  app.use((request, response, next) => {
    const file = files.get(request.path);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    return sendFile(request, response, file);
  });
}

export async function sendFile(request: Request, response: Response, file: StaticFile): Promise<void> {
  const { bytes, etag } = await file.read();
  response.set({ 'Cache-Control': file.caching, ETag: etag }).type(file.contentType);
  if (isKnown(etag, request.headers['if-none-match'])) response.status(304).end();
  else response.set('Content-Length', String(bytes.length)).end(bytes);
}
