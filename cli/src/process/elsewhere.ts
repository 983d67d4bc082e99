import { pathRuleOf } from '@att/contracts';

/**
 * Hint for a path that another service answers. Where the four services run as processes of their own, it means that a rule of
 * the router in front of them is wrong or missing.
 *
 * @param here names of the services that this process runs
 */
export function elsewhereThan(here: readonly string[]): (path: string) => string | undefined {
  return (path) => {
    // `OPTIONS *` asks about the server as a whole.
    if (!path.startsWith('/')) return undefined;
    const { prefix, service } = pathRuleOf(path);
    if (service === 'each' || here.includes(service)) return undefined;
    const rule = prefix === '/' ? 'paths that no other rule names' : `paths that begin with ${prefix}`;
    return `${path} is answered by ${service}, and this is ${here[0]}: route ${rule} to ${service}.`;
  };
}
