/** The path that everything is under, such as `/att`; empty for none. */

/**
 * A target as routes know it. A proxy may hand the path on or strip it: both are understood, as no route begins as a base path
 * may.
 */
export function withoutBase(target: string, basePath: string): string {
  if (basePath === '' || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : target;
}
