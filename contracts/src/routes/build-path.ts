/** Paths of the route table with their parameters filled in, and names back from them. */

export type PathParams = Readonly<Record<string, string | number>>;
export type QueryParams = Readonly<Record<string, string | number | undefined>>;

/**
 * Names that stand in a path with a `~` before them. URLs resolve `.` and `..` as steps through the path, even
 * percent-encoded, so no client can send them as they are. What looks like an escaped one is escaped itself: any name has
 * one form, and any form one name.
 */
const ESCAPED_NAME = /^~*\.{1,2}$/;
const ESCAPED_SEGMENT = /^~+\.{1,2}$/;

/** Path segment for a name: percent-encoded, slashes included; `.` and `..` as `~.` and `~..`. */
export function segment(name: string): string {
  return ESCAPED_NAME.test(name) ? `~${name}` : encodeURIComponent(name);
}

/** The name that a path segment stands for, once it is percent-decoded. */
export function nameOfSegment(decoded: string): string {
  return ESCAPED_SEGMENT.test(decoded) ? decoded.slice(1) : decoded;
}

/** `path` with every `{name}` filled from `params`, and the query that has values. */
export function buildPath(path: string, params: PathParams = {}, query: QueryParams = {}): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`The path ${path} needs "${name}"`);
    return segment(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}
