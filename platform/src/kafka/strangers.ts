/** Messages of other producers, at which the library would stop. */
type Library = typeof import('kafkajs');

/**
 * Makes the library read every topic up to its end, whoever wrote to it.
 *
 * @param levels its numbers for what a read, or a question about offsets, shows
 */
export function readAllOf(
  library: Library,
  levels: { READ_COMMITTED: number; READ_UNCOMMITTED: number },
): Library {
  // Readers of committed messages see a partition end where a transaction is open; the library's admin is one, without an option.
  // Ours are in no transaction, and a topic that seems to have become shorter is published anew.
  levels.READ_COMMITTED = levels.READ_UNCOMMITTED;
  const { CompressionCodecs, CompressionTypes } = library;
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
    CompressionCodecs[type] = () => UNREADABLE;
  }
  return library;
}

/** Codec that the library does not have: reads a batch as so many messages without key and value, which readers pass over. */
const UNREADABLE = {
  compress(): never {
    throw new Error('messages are not compressed');
  },
  decompress: async (records: Buffer) => emptyRecords(countOf(records)),
};

/** Number of a batch's records: it stands before them in the fetched bytes, of which they are a slice. */
const countOf = ({ buffer, byteOffset }: Buffer) => new DataView(buffer).getInt32(byteOffset - 4);

/** Records of the format's version 2, one for each offset. */
function emptyRecords(count: number): Buffer {
  const bytes: number[] = [];
  for (let offset = 0; offset < count; offset++) {
    const record = [0, 0, ...variableInt(offset), ...variableInt(-1), ...variableInt(-1), 0];
    bytes.push(...variableInt(record.length), ...record);
  }
  return Buffer.from(bytes);
}

/** Whole number as the format has it: zigzag, seven bits a byte, the lowest first. */
function variableInt(value: number): number[] {
  const bytes: number[] = [];
  let rest = (value << 1) ^ (value >> 31);
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
