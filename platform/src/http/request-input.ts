/** Reads a request's parameters and body, checked by its route's schemas. */
import type { IncomingMessage } from 'node:http';
import type { Route } from '@att/contracts';
import { bodyErrors, parameterErrors } from './field-errors.js';
import { MALFORMED_PARAMETER, malformedParameter } from './malformed-parameter.js';
import { mediaTypeOf } from './media-type.js';
import { decodeUtf8, parseAnyJson } from './parse-json.js';
import { ProblemError } from './problem-error.js';
import { readBody } from './read-body.js';

/** Bytes of a body that operators send: a few switches. What agents post takes the lean path. */
const MAX_BODY_BYTES = 16 * 1024;

/** @throws ProblemError invalid_parameter, with every parameter that is wrong */
export function parseQuery(schema: Route['query'], search: string): Record<string, unknown> {
  return schema === undefined ? {} : parseParameters(schema, parseSearch(search));
}

/** @throws ProblemError invalid_parameter, with every parameter that is wrong */
export function parseParameters(
  schema: Route['query'],
  values: Record<string, unknown>,
): Record<string, unknown> {
  if (schema === undefined) return {};
  const parsed = schema.safeParse({ ...values });
  if (parsed.success) return parsed.data;
  const errors = parameterErrors(parsed.error);
  const detail = errors.map((error) => `${error.pointer} ${error.detail}`).join('; ');
  throw new ProblemError('invalid_parameter', `${detail}.`, { errors });
}

/**
 * The body of a route that takes one; none at all is an empty object.
 *
 * @throws ProblemError body_too_large, unsupported_media_type, malformed_utf8, malformed_json, invalid_body
 */
export async function parseBody(schema: Route['body'], request: IncomingMessage): Promise<unknown> {
  if (schema === undefined) return undefined;
  const bytes = await readBody(request, MAX_BODY_BYTES);
  const parsed = schema.safeParse(bytes.length === 0 ? {} : jsonOf(bytes, request));
  if (parsed.success) return parsed.data;
  const errors = bodyErrors(parsed.error);
  const detail = errors.map((error) => `${error.pointer || 'The body'} ${error.detail}`).join('; ');
  throw new ProblemError('invalid_body', `${detail}.`, { errors });
}

/** Every parameter once; the key is not one of the route's. */
function parseSearch(search: string): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null);
  refuseMalformed(search);
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'api_key') continue;
    if (name in parsed) {
      throw new ProblemError('invalid_parameter', `The parameter ${name} is given twice.`, {
        errors: [{ pointer: name, detail: 'is given twice' }],
      });
    }
    parsed[name] = value;
  }
  return parsed;
}

function refuseMalformed(search: string): void {
  const pointer = malformedParameter(search);
  if (pointer === undefined) return;
  throw new ProblemError('invalid_parameter', `${pointer} ${MALFORMED_PARAMETER}.`, {
    errors: [{ pointer, detail: MALFORMED_PARAMETER }],
  });
}

function jsonOf(bytes: Buffer, request: IncomingMessage): unknown {
  mediaTypeOf(request.headers, ['json']);
  return parseAnyJson(decodeUtf8(bytes));
}
