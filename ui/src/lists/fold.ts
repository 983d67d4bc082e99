/** Result of folding changes into the data of a snapshot. */
export interface Folded<T> {
  data: T;
  /**
   * Position of the last change whose effect is not known here: `data` is exact again after a read that is at least as
   * new. 0 when `data` is exact.
   */
  inexactAt: number;
}

/** List from the server: all its rows, or the first ones. */
export interface Listed<Row> {
  rows: readonly Row[];
  /** Number of rows that the server has. */
  total: number;
}
