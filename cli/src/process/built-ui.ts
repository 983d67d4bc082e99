import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@att/platform/logging';

/** Folder of the built UI; undefined where it is not built. */
export function builtUi(log: Logger): string | undefined {
  const directory = fileURLToPath(new URL('../../../ui/dist', import.meta.url));
  if (existsSync(`${directory}/index.html`)) return directory;
  log.warn('the UI is not built: run npm run build');
  return undefined;
}
