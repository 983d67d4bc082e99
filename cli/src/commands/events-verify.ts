/** `att events verify`: whether the hash chain of the log holds. */
import { readConfig } from '@att/platform/config';
import { verifyLog } from '@att/platform/event-log';
import { withLog } from '../process/with-log.js';

export async function verify(): Promise<void> {
  await withLog(readConfig(), async (pool) => {
    const client = await pool.connect();
    try {
      const showsProgress = process.stderr.isTTY === true;
      const { verified, broken } = await verifyLog(client, (position, head) => {
        if (showsProgress) process.stderr.write(`\r${position} of ${head}`);
      });
      if (showsProgress) process.stderr.write('\n');
      if (broken === undefined) {
        process.stdout.write(`The chain holds: ${verified} events verified.\n`);
        return;
      }
      process.stdout.write(`The chain breaks at position ${broken.position}: ${broken.reason}.\n`);
      process.exitCode = 2;
    } finally {
      client.release();
    }
  });
}
