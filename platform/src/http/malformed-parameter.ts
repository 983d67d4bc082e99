/**
 * The name of the first parameter that is not percent-encoded UTF-8, if one is not: URLSearchParams would read
 * it as U+FFFD, and look for that.
 *
 * @param search the part of the URL behind the question mark
 */
export function malformedParameter(search: string): string | undefined {
  return search
    .split('&')
    .find((part) => !isEncoded(part.replaceAll('+', ' ')))
    ?.split('=', 1)[0];
}

export const MALFORMED_PARAMETER = 'must be percent-encoded UTF-8';

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
