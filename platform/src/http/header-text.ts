const NON_ASCII = /[\u0080-\u00ff]/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A header's text. Node takes every byte of a header for a character (latin-1), where nearly all senders
 * mean UTF-8: bytes that are no UTF-8 stay as Node has them.
 */
export function headerText(value: string): string {
  if (!NON_ASCII.test(value)) return value;
  try {
    return UTF8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
