import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError } from './errors.js';

/** The operating system account that PostgreSQL runs as. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The accounts to use as root, best first. PostgreSQL refuses to run as root, and initdb refuses an id without
 * an entry in the account database, so an account has to be borrowed: the one made for PostgreSQL
 * where it exists (`_postgres` on macOS), else `nobody`, which every Unix has. Making one of our own would change the
 * machine's accounts for a program that may only be tried out.
 */
const SERVICE_ACCOUNTS = ['postgres', '_postgres', 'nobody'];

/** Whether this process may, and must, run PostgreSQL as somebody else. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The account to run as, for a data directory owned by `ownerUid`: our own for an ordinary user; as root the directory's
 * owner, so that root and its owner can start it in turn, or a service account where root owns it.
 *
 * @throws {EmbeddedPostgresError} `account_unknown`
 */
export function chooseAccount(ownerUid: number, passwd: Account[] = readPasswd()): Account {
  if (!isRoot()) return ownAccount();
  const owner = passwd.find((account) => account.uid === ownerUid && account.uid !== 0);
  if (owner !== undefined) return owner;
  for (const name of SERVICE_ACCOUNTS) {
    const account = passwd.find((candidate) => candidate.name === name);
    if (account !== undefined) return account;
  }
  throw new EmbeddedPostgresError(
    'account_unknown',
    `PostgreSQL does not run as root, and none of the accounts ${SERVICE_ACCOUNTS.join(', ')} exists. ` +
      'Run as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** Options of `spawn` that run a program as this account; none where the process runs as it already. */
export function spawnAs(account: Account): { uid?: number; gid?: number } {
  return isRoot() ? { uid: account.uid, gid: account.gid } : {};
}

/** The entries of /etc/passwd, which holds the system accounts on Linux and macOS alike. */
export function parsePasswd(text: string): Account[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return { name, uid: Number(uid), gid: Number(gid) };
    });
}

function readPasswd(): Account[] {
  return isRoot() ? parsePasswd(readFileSync('/etc/passwd', 'utf8')) : [];
}

function ownAccount(): Account {
  try {
    const { username, uid, gid } = userInfo();
    return { name: username, uid, gid };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'account_unknown',
      `The user id ${process.getuid?.()} has no entry in the account database (/etc/passwd), which PostgreSQL's ` +
        'initdb needs. Add one, run as another user, or set DATABASE_URL to a PostgreSQL server.',
      { cause: error },
    );
  }
}
