import type { Logger } from '@att/platform/logging';
import type { Queryable } from '@att/platform/postgres';
import type { ReadReplica } from '@att/platform/read-replica';
import { type Page, type PageOptions, readPage } from './read-page.js';

export interface PageSourceOptions {
  primary: Queryable;
  /** Undefined where there is no replica. */
  replica:
    | { state: Pick<ReadReplica, 'isUsable' | 'position'>; pool: Queryable; epoch(): string | undefined }
    | undefined;
  log: Logger;
}

/**
 * Reader of pages: from the replica where it has them, else from the primary. The end of the replica is not that of the log, so a
 * page that begins there is the primary's, and so is every page while the replica has another log than the one announced to sockets.
 */
export function createPageSource({ primary, replica, log }: PageSourceOptions) {
  if (replica === undefined) return (options: PageOptions) => readPage(primary, options);
  const { state, pool, epoch } = replica;

  async function fromReplica(options: PageOptions): Promise<Page | undefined> {
    if (!state.isUsable || state.position <= options.after) return undefined;
    try {
      const page = await readPage(pool, options);
      return page.position > options.after && page.epoch === epoch() ? page : undefined;
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'the replica did not give a page: asking the primary');
      return undefined;
    }
  }

  return async (options: PageOptions) => (await fromReplica(options)) ?? readPage(primary, options);
}
