/** What a request brings, checked by its route's schemas. */
import type { IncomingMessage } from 'node:http';
import type { Route } from '@att/contracts';
import { bodyErrors, parameterErrors } from './field-errors.js';
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
  throw new ProblemError('invalid_parameter', `${detail}.`, errors);
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
  throw new ProblemError('invalid_body', `${detail}.`, errors);
}

/** Every parameter once; the key is not one of the route's. */
function parseSearch(search: string): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null);
  refuseMalformed(search);
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === 'api_key') continue;
    if (name in parsed) {
      throw new ProblemError('invalid_parameter', `The parameter ${name} is given twice.`, [
        { pointer: name, detail: 'is given twice' },
      ]);
    }
    parsed[name] = value;
  }
  return parsed;
}

/** URLSearchParams would read what is no UTF-8 as U+FFFD, and look for that. */
function refuseMalformed(search: string): void {
  for (const part of search.split('&')) {
    try {
      decodeURIComponent(part.replaceAll('+', ' '));
    } catch {
      const name = part.split('=', 1)[0] as string;
      const detail = 'must be percent-encoded UTF-8';
      throw new ProblemError('invalid_parameter', `${name} ${detail}.`, [{ pointer: name, detail }]);
    }
  }
}

function jsonOf(bytes: Buffer, request: IncomingMessage): unknown {
  mediaTypeOf(request.headers, ['json']);
  return parseAnyJson(decodeUtf8(bytes));
}
