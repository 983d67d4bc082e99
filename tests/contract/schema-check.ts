/** Holds answers to the OpenAPI document, and to nothing beyond it. */
import type { openApiDocument } from '@att/platform/api-docs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Received, Sent } from './send.js';

type Document = ReturnType<typeof openApiDocument>;
type Responses = Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>;

/** Says what is wrong with an answer; undefined: nothing. */
export type Check = (sent: Sent, received: Received) => string | undefined;

export function createChecks(document: Document): (method: string, path: string) => Check {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(closed(structuredClone(document)) as object, 'api');
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (pointer: string) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  return (method, path) => {
    const responses = document.paths[path]?.[method]?.responses as Responses;
    const base = `/paths/${escaped(path)}/${method}/responses`;
    return (sent, { status, headers, text }) => {
      const response = responses[status];
      if (response === undefined) return `the status ${status} is not described: ${text.slice(0, 300)}`;
      if (status === 500) return `500: ${text}`;
      if (status === 304 && sent.headers['If-None-Match'] === undefined)
        return '304 to who did not ask for it';
      if (response.headers?.['X-Position'] !== undefined && headers['x-position'] === undefined) {
        return 'X-Position is missing';
      }
      const type = String(headers['content-type'] ?? '').split(';', 1)[0] as string;
      if (status === 304 || sent.method === 'HEAD') return text === '' ? undefined : 'there is a body';
      if (response.content?.[type] === undefined) return `the type ${type} is not described for ${status}`;
      if (status === 401 && headers['www-authenticate'] === undefined)
        return '401 says not how to send a key';
      if (!type.endsWith('json')) return undefined;
      if (status === 503 && type === 'application/problem+json' && !isWaiting(text)) return `503: ${text}`;
      const validate = validatorOf(`${base}/${status}/content/${escaped(type)}/schema`);
      if (validate(JSON.parse(text))) return undefined;
      return `${ajv.errorsText(validate.errors)}: ${text.slice(0, 500)}`;
    };
  };
}

/** True for the only 503 of a healthy server: a read that waited for its position in vain. */
function isWaiting(problem: string): boolean {
  return JSON.parse(problem).code === 'projection_behind';
}

/** Strict form of a schema: the document allows added fields, and these tests do not. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member)]));
  const isClosable =
    copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined;
  return isClosable ? { ...copy, additionalProperties: false } : copy;
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
