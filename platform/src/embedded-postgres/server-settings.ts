import { join } from 'node:path';
import { type Account, isRoot } from './account.js';
import { writeFileDurably } from './durable-file.js';
import type { Endpoint } from './endpoint.js';

/** Each setting with the reason for its value; the reasons are written into postgresql.conf, too. */
const SETTINGS: [name: string, value: string, why: string][] = [
  ['unix_socket_permissions', '0700', 'its folder is closed to other users as well'],
  ['password_encryption', 'scram-sha-256', 'never trust, never md5'],
  ['max_connections', '60', 'four services with a pool of about ten each, and room for tools'],

  ['fsync', 'on', 'an acknowledged event survives a power loss'],
  ['synchronous_commit', 'on', '2xx means committed; projections switch it off for themselves'],
  ['full_page_writes', 'on', 'a torn page must be repairable'],
  ['wal_level', 'minimal', 'nobody replicates this server, and index builds then skip the WAL'],
  ['max_wal_senders', '0', 'wal_level = minimal asks for it'],
  ['max_logical_replication_workers', '0', 'nobody replicates: one process fewer'],
  [
    'wal_compression',
    'off',
    'this build has pglz only, which costs more CPU on appends than it saves in writes',
  ],
  [
    'max_wal_size',
    '2GB',
    'bounds disk, and recovery after a crash to some seconds; with 1 GB a rebuild of a million events had a checkpoint in it, and logged a third of its pages once more',
  ],
  ['min_wal_size', '128MB', 'keeps enough segments for a burst, and a small disk small'],
  [
    'checkpoint_timeout',
    '10min',
    'each checkpoint makes the next write of every page a full one; recovery stays short',
  ],
  ['checkpoint_completion_target', '0.9', 'spreads the writes'],

  ['shared_buffers', '128MB', 'modest; the system caches the rest'],
  ['effective_cache_size', '512MB', 'what the system is likely to cache, on a small machine'],
  [
    'wal_buffers',
    '16MB',
    'a batch of a rebuild logs 7 MB; with the 4 MB that go with these buffers whoever writes it stops to write them out',
  ],
  ['work_mem', '8MB', 'sorts of a page of results fit; sixty sessions cannot eat the machine'],
  ['maintenance_work_mem', '128MB', 'index builds at the end of a rebuild'],
  ['huge_pages', 'off', 'not worth a setting of the system at 128 MB'],
  ['max_worker_processes', '4', 'small machines'],
  ['max_parallel_workers', '2', 'small machines'],
  ['max_parallel_workers_per_gather', '1', 'leaves the other core to the services'],
  [
    'max_parallel_maintenance_workers',
    '0',
    'a rebuild makes two indexes side by side; with a second process for each they took a tenth more of both cores',
  ],
  ['io_workers', '2', 'reads ahead while a rebuild scans the log'],
  ['random_page_cost', '1.1', 'solid state disks'],
  ['jit', 'off', 'short queries; compiling them costs more than running them'],

  ['autovacuum', 'on', 'read models are updated all the time'],
  ['autovacuum_max_workers', '2', 'few tables'],
  [
    'autovacuum_vacuum_insert_scale_factor',
    '0.05',
    'the log is only inserted into, and index-only scans want it vacuumed',
  ],
  [
    'client_connection_check_interval',
    '5s',
    'a query whose client died ends soon, also if it would run for hours',
  ],

  ['timezone', 'UTC', 'times mean the same everywhere'],
  ['log_timezone', 'UTC', 'times mean the same everywhere'],
  ['lc_messages', 'C', 'messages that can be searched for'],

  ['logging_collector', 'on', 'the server outlives the process that started it, so it writes its log itself'],
  ['log_directory', 'log', 'inside PGDATA, closed to others like the rest'],
  ['log_filename', 'postgresql-%Y%m%d-%H%M%S.log', 'a new name each time, and the oldest files are deleted'],
  ['log_rotation_size', '10MB', 'five files are kept: 50 MB'],
  ['log_rotation_age', '7d', 'size decides'],
  ['log_file_mode', '0600', 'closed to others'],
  ['log_line_prefix', '%m [%p] %d ', 'when, which process, which database'],
  ['log_checkpoints', 'off', 'a line every ten minutes is of no use'],
  ['log_error_verbosity', 'terse', 'details quote rows, and erased payloads must not live on in a log'],
  ['log_min_error_statement', 'panic', 'statements quote payloads, too'],
];

/** POSIX shared memory is a file in /dev/shm, of which Docker gives 64 MB; System V memory has no such bound. */
const LINUX: typeof SETTINGS = [
  [
    'dynamic_shared_memory_type',
    'sysv',
    "Docker's /dev/shm of 64 MB does not bound it, and logging out does not remove it",
  ],
];

const MACOS: typeof SETTINGS = [
  ['dynamic_shared_memory_type', 'posix', 'the System V limits of macOS are tiny'],
  ['wal_sync_method', 'fsync_writethrough', 'the only one that reaches the disk on macOS'],
];

/**
 * Writes postgresql.conf and pg_hba.conf anew, so that a new version's settings reach an old database.
 *
 * @param clusterName shown in every process's title, by which a process is recognised as this database's
 */
export function writeServerSettings(
  pgdata: string,
  account: Account,
  clusterName: string,
  endpoint: Endpoint,
  extra: Record<string, string>,
): void {
  const owner = isRoot() ? account : undefined;
  writeFileDurably(join(pgdata, 'postgresql.conf'), settingsText(clusterName, endpoint, extra), owner);
  const from = endpoint.kind === 'socket' ? 'local all all' : 'host all all 127.0.0.1/32';
  writeFileDurably(
    join(pgdata, 'pg_hba.conf'),
    `# Written at every start. A password always, from this machine only.\n${from} scram-sha-256\n`,
    owner,
  );
}

function listening(endpoint: Endpoint): typeof SETTINGS {
  const [addresses, folders] =
    endpoint.kind === 'tcp' ? ['127.0.0.1', ''] : ['', `"${endpoint.folder.replaceAll('"', '""')}"`];
  return [
    ['listen_addresses', addresses, 'this machine only, and no port where there are Unix sockets'],
    ['unix_socket_directories', folders, "a folder of the server's account alone"],
  ];
}

function settingsText(clusterName: string, endpoint: Endpoint, extra: Record<string, string>): string {
  const settings = [
    ...listening(endpoint),
    ...SETTINGS,
    ...(process.platform === 'darwin' ? MACOS : LINUX),
    ['cluster_name', clusterName, "names this database in its processes' titles"] as const,
  ]
    .filter(([name]) => !(name in extra))
    .map(([name, value, why]) => `${name} = ${quote(value)}  # ${why}`);
  const given = Object.entries(extra).map(([name, value]) => `${name} = ${quote(value)}`);
  return `${['# Written at every start: changes made here are lost.', ...settings, ...given].join('\n')}\n`;
}

function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`;
}
