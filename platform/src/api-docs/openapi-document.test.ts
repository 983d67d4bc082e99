import { readFileSync } from 'node:fs';
import { ROUTES, type Route } from '@att/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { openApiDocument } from './index.js';

const VERSION = '0.1.0';
const document = openApiDocument(VERSION);
const routes = Object.entries(ROUTES as Record<string, Route>);

it('is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

it('is what docs/openapi.json says', () => {
  const kept = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(kept), 'run `npm run docs`').toEqual(JSON.parse(JSON.stringify(document)));
});

it('resolves every reference within itself', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]*"/g) ?? [];
  expect(references.length).toBeGreaterThan(100);
  for (const reference of new Set(references)) {
    const path = reference.slice('"$ref":"#/'.length, -1).split('/');
    const target = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect(target, reference).toBeTypeOf('object');
  }
});

it.each(routes)('has %s with its parameters, its key and its answers', (name, route) => {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  expect(operation?.operationId).toBe(name);
  const parameters = [route.params, route.query, route.headers].flatMap((part) =>
    Object.keys(part?.shape ?? {}),
  );
  expect((operation?.parameters ?? []).map((parameter) => parameter.name)).toEqual(parameters);
  expect(operation?.security.length === 0).toBe(route.scope === null);
  expect(operation?.requestBody !== undefined).toBe(route.body !== undefined);
  const answers = Object.keys(operation?.responses ?? {});
  expect(answers).toContain(String(route.status));
  if (route.scope !== null) expect(answers).toEqual(expect.arrayContaining(['401', '403', '500', '503']));
});

it('says of parameters what they are, not the text that they come as', () => {
  const of = (path: string, name: string) =>
    document.paths[path]?.get?.parameters?.find((parameter) => parameter.name === name);
  expect(of('/api/tasks', 'limit')?.schema).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 200,
    default: 50,
  });
  expect(of('/api/tasks', 'as_of')?.schema.anyOf).toHaveLength(2);
  expect(of('/api/events/{position}', 'position')).toMatchObject({
    in: 'path',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  });
});
