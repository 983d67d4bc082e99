/** What folding changes into a snapshot comes to. */
export interface Folded<T> {
  data: T;
  /**
   * Position of the last change whose effect cannot be known from here: fetch a snapshot that is at
   * least as new. 0 when `data` is exact.
   */
  inexactAt: number;
}

/** A list from the server, in whole or its first rows. */
export interface Listed<Row> {
  rows: readonly Row[];
  /** Rows that the server has in all. */
  total: number;
}
