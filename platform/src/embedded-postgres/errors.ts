/** Code of a failure, stable for programs; the message says what to do about it. */
export type EmbeddedPostgresErrorCode =
  | 'account_unknown'
  | 'binaries_missing'
  | 'binaries_unusable'
  | 'data_directory_copied'
  | 'data_directory_foreign'
  | 'data_directory_in_use'
  | 'data_directory_inaccessible'
  | 'initdb_failed'
  | 'leftover_processes'
  | 'no_reachable_place'
  | 'no_socket_folder'
  | 'pgdata_foreign'
  | 'pgdata_missing'
  | 'pgdata_unreachable'
  | 'pgdata_version'
  | 'platform_unsupported'
  | 'record_invalid'
  | 'socket_folder_foreign'
  | 'start_failed';

/** The embedded database cannot start; `message` names the paths and processes, and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The `code` of a Node system error (`ENOENT` …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof EmbeddedPostgresError || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
