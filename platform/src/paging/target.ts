export interface Target {
  /** Path as it was asked for: a URL would take a project called `..`, percent-encoded or not, for a step up. */
  path: string;
  parameters: URLSearchParams;
}

/** @param target path and query of a request */
export function splitTarget(target: string): Target {
  const [path = '', search = ''] = target.split(/\?(.*)/s, 2);
  return { path, parameters: new URLSearchParams(search) };
}
