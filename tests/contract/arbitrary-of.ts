/** Values that a JSON Schema of the OpenAPI document describes, and values that nobody would send in good faith. */
import fc, { type Arbitrary } from 'fast-check';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** Arbitrary of values that the schema allows. */
export function arbitraryOf(schema: Schema): Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => arbitraryOf({ ...schema, type })));
  const { minimum, maximum, minLength = 0, maxLength = 30 } = schema;
  switch (schema.type) {
    case 'integer':
      return integers(minimum ?? 0, maximum ?? Number.MAX_SAFE_INTEGER);
    case 'number':
      return fc.double({ min: minimum ?? -1e9, max: maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), { maxLength: 4 });
    case 'object':
      return objects(schema);
    case 'string':
      if (schema.format === 'date-time') return times().map((time) => time.toISOString());
      if (schema.format === 'date') return times().map((time) => time.toISOString().slice(0, 10));
      return fc.oneof(
        fc.constantFrom(...KNOWN_WORDS),
        fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 30) }),
      );
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

/** Names that the tests' world has; with random names hardly any request would find something. */
export const KNOWN_WORDS = [
  'shop',
  'a/b 🚀',
  'task-1',
  'claude',
  'running',
  'task.started',
  'tasks',
  'stats',
  'id',
];

/** Texts that have broken something somewhere. */
export const hostileText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      '%',
      '_',
      '\\',
      "'",
      '"',
      "'; DROP TABLE log.events; --",
      '../../etc/passwd',
      '.',
      '..',
    ],
    ...['null', 'undefined', 'NaN', 'Infinity', '-0', '-1', '0x10', '1e3', '1.5', '٣', '９', '+1', 'true'],
    ...[
      '0',
      '1',
      '2147483648',
      '9007199254740991',
      '9007199254740992',
      '9223372036854775807',
      '9'.repeat(40),
    ],
    ...['2026-02-30', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59.999-23:59', '0001-01-01T00:00:00+23:59'],
    ...['now', '2026', '294277-01-01T00:00:00Z', '2026-01-31T12:00:00Z'],
    ...['__proto__', 'constructor', 'toString', '{}', '[]', '{"a":1}', 'eyJpZCI6MX0', 'e30', 'bnVsbA', 'W10'],
    ...[
      '\ufffd',
      '\u202e',
      'İ',
      'ß',
      'ﬁ',
      '\u{10ffff}',
      'x'.repeat(201),
      'x'.repeat(2001),
      ',',
      ',,,',
      'a,\0',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.base64String({ maxLength: 60 }),
);

function integers(min: number, max: number): Arbitrary<number> {
  const small = fc.integer({ min, max: Math.min(max, min + 20) });
  return fc.oneof(
    { weight: 5, arbitrary: small },
    fc.constantFrom(min, max),
    fc.maxSafeNat().map((n) => Math.max(min, Math.min(max, n))),
  );
}

function times(): Arbitrary<Date> {
  const now = Date.now();
  return fc.oneof(
    fc.date({ min: new Date(now - 60_000), max: new Date(now + 60_000), noInvalidDate: true }),
    fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
  );
}

function objects({ properties = {}, required = [] }: Schema): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema)]),
  );
  return fc.record(fields, { requiredKeys: required, noNullPrototype: true });
}
