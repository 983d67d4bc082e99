/**
 * Base path of the product, as `/tracker` behind a proxy; empty at the root. The server writes it into the
 * page's `<base href>`, and every address of the page, of the API and of the socket begins with it.
 */

/** @param href href of the page's `base` element: a path, or a whole address */
export function basePathOf(href: string | null | undefined): string {
  return new URL(href ?? '/', 'http://page').pathname.replace(/\/+$/, '');
}

export const BASE_PATH =
  typeof document === 'undefined' ? '' : basePathOf(document.querySelector('base')?.getAttribute('href'));

/** Address that agents report to: origin and base path. */
export function serverAddress(): string {
  return `${location.origin}${BASE_PATH}`;
}

/** Address for sockets, with `ws:` or `wss:`. */
export function socketAddress(): string {
  return serverAddress().replace(/^http/, 'ws');
}
