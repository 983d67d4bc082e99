import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.js';
import { refuseOldServer, ServerTooOldError } from './server-version.js';

const server = (version: string, number: string) => ({
  query: async () => ({ rows: [{ version, number }] }),
});

describe('the PostgreSQL server', () => {
  it('is refused, and named, when it is too old', async () => {
    const old = refuseOldServer(server('14.19 (Debian 14.19-1)', '140019'));
    await expect(old).rejects.toThrow(ServerTooOldError);
    await expect(old).rejects.toThrow('PostgreSQL 14.19 (Debian 14.19-1), and 15 or newer is needed');
  });

  it('is taken from 15 on', async () => {
    await refuseOldServer(server('15.0', '150000'));
    const database = await createTestDatabase();
    await refuseOldServer(database.pool());
    await database.drop();
  });
});
