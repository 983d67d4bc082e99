/** Requests to an operation of the OpenAPI document: sensible, wrong in one place, or wrong all over. */
import type { openApiDocument } from '@att/platform/api-docs';
import fc, { type Arbitrary } from 'fast-check';
import { arbitraryOf, hostileText } from './arbitrary-of.js';
import type { Sent } from './send.js';
import { API_KEY } from './whole-server.js';

type Document = ReturnType<typeof openApiDocument>;
export type Operation = Document['paths'][string][string];
type Parameter = NonNullable<Operation['parameters']>[number];

export function requestsTo(method: string, path: string, operation: Operation): Arbitrary<Sent> {
  return fc
    .record({
      method:
        method === 'get' ? fc.constantFrom('GET', 'GET', 'GET', 'HEAD') : fc.constant(method.toUpperCase()),
      path: pathOf(path, operation),
      query: queryOf(operation),
      headers: headersOf(operation),
      content: contentOf(operation),
    })
    .map(({ method, path, query, headers, content }) => ({
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: { ...headers, ...content.headers },
      body: content.body,
    }));
}

const inPlace = (operation: Operation, where: Parameter['in']) =>
  (operation.parameters ?? []).filter((parameter) => parameter.in === where);

function textOf({ schema }: Parameter): Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: arbitraryOf(schema).map(String) }, hostileText);
}

function pathOf(path: string, operation: Operation): Arbitrary<string> {
  // An empty segment, or the name of another path, would be another operation.
  const values = inPlace(operation, 'path').map((parameter) =>
    fc
      .oneof(
        { weight: 9, arbitrary: textOf(parameter).map(encoded) },
        fc.constantFrom('%', '%zz', '%ff', '%c0%80', '%00', '%2F', '%ed%a0%80'),
      )
      .filter((value) => value !== '' && value !== 'search' && value !== 'rebuild'),
  );
  return fc.tuple(...values).map((filled) => {
    const left = [...filled];
    return path.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
  });
}

function queryOf(operation: Operation): Arbitrary<string> {
  const known = inPlace(operation, 'query').map((parameter) =>
    textOf(parameter).map((value) => `${parameter.name}=${encoded(value)}`),
  );
  const garbage = fc.constantFrom(
    'colour=red',
    '__proto__=1',
    'limit[]=1',
    '&&',
    '=',
    '%',
    'limit=1&limit=2',
    'a%ff=%00',
  );
  const some = known.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...known), { maxLength: 4 });
  return fc
    .tuple(some, fc.option(garbage, { freq: 12, nil: undefined }))
    .map(([pairs, extra]) => [...once(pairs), ...(extra === undefined ? [] : [extra])].join('&'));
}

/** Twice the same is refused, which would hide what comes of the values. */
function once(pairs: readonly string[]): string[] {
  return [...new Map(pairs.map((pair) => [pair.split('=', 1)[0], pair])).values()];
}

function headersOf(operation: Operation): Arbitrary<Record<string, string>> {
  const key = fc.oneof(
    { weight: 30, arbitrary: fc.constant<Record<string, string>>({ 'X-API-Key': API_KEY }) },
    fc.constantFrom<Record<string, string>>(
      {},
      { 'X-API-Key': 'wrong' },
      { Authorization: 'Bearer ' },
      { Authorization: `Bearer ${API_KEY}` },
    ),
  );
  const named = inPlace(operation, 'header').map((parameter) =>
    textOf(parameter).map((value) => ({ [parameter.name]: headerSafe(value) })),
  );
  const known = fc.constantFrom(
    { 'If-None-Match': '*' },
    { 'If-None-Match': '"x", W/"y"' },
    { 'If-None-Match': ',"' },
  );
  const extra = fc.option(fc.oneof(known, ...named), { freq: 3, nil: {} });
  return fc.tuple(key, extra).map(([first, second]) => ({ ...first, ...second }));
}

interface Content {
  headers: Record<string, string>;
  body: Buffer | undefined;
}

function contentOf({ requestBody }: Operation): Arbitrary<Content> {
  if (requestBody === undefined) return fc.constant({ headers: {}, body: undefined });
  const schema = requestBody.content['application/json']?.schema ?? {};
  const valid = arbitraryOf(schema);
  const wrong = fc
    .tuple(
      valid,
      fc.dictionary(fc.oneof(fc.constantFrom(...fieldsOf(schema)), fc.string()), fc.jsonValue(), {
        noNullPrototype: true,
      }),
    )
    .map(([value, fields]) =>
      Array.isArray(value) ? [...value, fields] : { ...(value as object), ...fields },
    );
  const json = fc
    .oneof({ weight: 3, arbitrary: valid }, { weight: 3, arbitrary: wrong }, fc.jsonValue())
    .map((value) => Buffer.from(JSON.stringify(value)));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
    fc
      .constantFrom(
        '',
        '{',
        '[',
        'null',
        '{"a":1}\n{"b":2}',
        '"\\ud800"',
        '{"\\u0000":1}',
        '['.repeat(500),
        '{}',
      )
      .map((text) => Buffer.from(text)),
  );
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...Object.keys(requestBody.content)) },
    fc.constantFrom('text/plain', 'application/json; charset=latin1', 'application/json;charset=utf-8', ''),
  );
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: json }, bytes), type)
    .map(([body, type]) => ({ headers: type === '' ? {} : { 'Content-Type': type }, body }));
}

function fieldsOf(schema: Record<string, unknown>): string[] {
  const { properties, items } = schema as { properties?: object; items?: { properties?: object } };
  return ['__proto__', 'type', ...Object.keys(properties ?? items?.properties ?? {})];
}

/** Percent-encoded, halves of characters as they would come out of a careless sender. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Bytes that Node's client lets into a header: the text in UTF-8, read as latin-1, without control characters. */
function headerSafe(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')
    .trim();
}
