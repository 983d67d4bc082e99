/** Consecutive parts that weigh so much at most, or have one row; all rows, in their order. */
export function* splitByBytes<Row>(
  rows: readonly Row[],
  weigh: (row: Row) => number,
  maxBytes: number,
): Generator<readonly Row[]> {
  let first = 0;
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    const weight = weigh(row);
    if (index > first && bytes + weight > maxBytes) {
      yield rows.slice(first, index);
      first = index;
      bytes = 0;
    }
    bytes += weight;
  }
  if (first < rows.length) yield first === 0 ? rows : rows.slice(first);
}
