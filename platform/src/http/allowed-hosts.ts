/**
 * Host headers that are answered. A page of any site can point its own name at 127.0.0.1 (DNS rebinding) and then read what
 * needs no key; the name that the browser sends gives it away.
 */

/** Name and port, of a Host header or of an origin. */
interface HostParts {
  name: string;
  port: string;
}

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * @param allowed beside the names of this machine to itself: with a port, for that alone; `*.` stands for any names before.
 *   Undefined: all hosts are answered
 */
export function hostCheck(allowed: readonly string[] | undefined): (host: string) => boolean {
  if (allowed === undefined) return () => true;
  // Nearly all requests name the same one.
  let last: string | undefined;
  return (host) => {
    if (host === last) return true;
    const isAccepted = isLoopback(host) || isListed(host, allowed);
    if (isAccepted) last = host;
    return isAccepted;
  };
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(partsOf(host).name);
}

export function isListed(host: string, allowed: readonly string[]): boolean {
  const { name, port } = partsOf(host);
  return allowed.some((entry) => {
    const listed = partsOf(entry);
    if (listed.port !== '' && listed.port !== port) return false;
    return listed.name.startsWith('*.') ? name.endsWith(listed.name.slice(1)) : name === listed.name;
  });
}

export function partsOf(host: string): HostParts {
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host.toLowerCase()) ?? [];
  return { name: name.replace(/\.$/, ''), port };
}
