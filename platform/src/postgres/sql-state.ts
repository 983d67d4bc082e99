/** SQLSTATEs that callers treat on their own (PostgreSQL manual, appendix A); `failure.ts` has the meaning of all others. */
export const SQLSTATE = {
  divisionByZero: '22012',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  invalidCatalogName: '3D000',
  deadlockDetected: '40P01',
  insufficientPrivilege: '42501',
  undefinedFunction: '42883',
  undefinedTable: '42P01',
  tooManyConnections: '53300',
  queryCanceled: '57014',
  cannotConnectNow: '57P03',
  /** Raised by the trigger `head_time`: the time to record is far ahead of the database's clock. */
  timeAhead: 'T0001',
} as const;

/** The SQLSTATE of a server's error; undefined for errors that have no code. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
