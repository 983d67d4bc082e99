/** Finds what only a shell expands in values that come from a file, from quotes or from a service manager. */

const EXPRESSION = /\$\{\w+\}|\$\(|^`/;
const HOME_BEFORE = /^(?:~(?=[/\\]|$)|\$HOME\b|\$\{HOME\}|%USERPROFILE%|%HOMEPATH%)/;
const NAME_INSIDE = /^~|\$[A-Z_]{2,}|\$\{\w+\}|%\w+%/;

/** Says what is wrong with a value that was meant to be expanded; undefined for all others. */
export function unexpandedValue(value: string): string | undefined {
  return EXPRESSION.test(value)
    ? `must not hold \${NAME} or $(command): nothing expands them here, so write what they stand for`
    : undefined;
}

/**
 * The same for a path, in which a folder called `~` would be made, with what to write instead.
 *
 * @param home of who runs this
 */
export function unexpandedPath(path: string, home: string): string | undefined {
  const known = HOME_BEFORE.exec(path)?.[0];
  const rest = known === undefined ? undefined : path.slice(known.length);
  if (known !== undefined && rest !== undefined && !NAME_INSIDE.test(rest)) {
    return `must not begin with ${known}, which only a shell expands: write ${home}${rest}`;
  }
  const inside = NAME_INSIDE.exec(path)?.[0];
  return inside === undefined
    ? undefined
    : `must not hold ${inside}, which only a shell expands: write the path that it stands for`;
}
