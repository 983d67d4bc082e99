import type { Express } from 'express';

/** A file that its path names for good. */
export interface StaticFile {
  contentType: string;
  read(): Promise<string>;
}

/** @param files by path; whoever has one keeps it, so a path must name the version of what is there */
export function serveFiles(app: Express, files: ReadonlyMap<string, StaticFile>): void {
  for (const [path, { contentType, read }] of files) {
    app.get(path, async (_request, response) => {
      const text = await read();
      response.set('Cache-Control', 'public, max-age=31536000, immutable').type(contentType).send(text);
    });
  }
}
