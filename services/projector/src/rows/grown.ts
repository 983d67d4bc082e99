/** A larger buffer with the first `used` bytes of `bytes`, for `wanted` and more: it doubles at least. */
export function grown(bytes: Buffer, used: number, wanted: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * bytes.length));
  bytes.copy(larger, 0, 0, used);
  return larger;
}
