import express, { type Express } from 'express';

/** The built UI: its files, and its page wherever a browser asks for a page that nothing else answers. */
export function serveUi(app: Express, directory: string): void {
  // Hashed file names never change their content; the page that names them must be asked for anew.
  app.use('/assets', express.static(`${directory}/assets`, { immutable: true, maxAge: '1y', index: false }));
  app.use(express.static(directory, { maxAge: 0 }));
  app.get(/^\/(?!api\/|webhook\/|assets\/)/, (request, response, next) => {
    response.vary('Accept');
    // A browser names HTML. Programs take anything (curl's */*), and to them a page would pass for an answer.
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) return next();
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory });
  });
}
