/** Paths of the route table with their parameters filled in. */

export type PathParams = Readonly<Record<string, string | number>>;
export type QueryParams = Readonly<Record<string, string | number | undefined>>;

/** URLs resolve these two as steps through the path, even percent-encoded. */
const DOT_SEGMENTS = new Set(['.', '..']);

/** A name that no URL can have in its path. */
export class UnaddressableName extends Error {
  readonly code = 'unaddressable_name';
  constructor(readonly value: string) {
    super(`No URL can address the name "${value}"`);
    this.name = 'UnaddressableName';
  }
}

/**
 * One path segment of a name: percent-encoded, slashes included.
 *
 * @throws UnaddressableName for `.` and `..`
 */
export function segment(name: string): string {
  if (DOT_SEGMENTS.has(name)) throw new UnaddressableName(name);
  return encodeURIComponent(name);
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
