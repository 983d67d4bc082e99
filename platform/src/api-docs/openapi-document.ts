/** The OpenAPI 3.1 document: the route table in the words of everybody's tools. */
import { ROUTES, type Route } from '@att/contracts';
import type { JsonSchema } from './json-schema.js';
import { openApiAnswers } from './openapi-answers.js';
import { answerHeaders } from './openapi-headers.js';
import { OpenApiSchemas } from './openapi-schemas.js';

export interface OpenApiDocument {
  openapi: '3.1.1';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, unknown>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

const DESCRIPTION = `Watch, replay and prove what many AI agents do: they report by webhook, every report is an event of an immutable log,
and projects, tasks, agents and stats follow from it, as of now or of any moment of the past.

Refusals are problem documents (RFC 9457) with a stable \`code\`. Every read says with \`X-Position\` which position of the log it is true for.`;

export const SECURITY_SCHEMES = {
  ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  Bearer: { type: 'http', scheme: 'bearer' },
  ApiKeyInUrl: { type: 'apiKey', in: 'query', name: 'api_key' },
};

/**
 * @param version of the product
 * @param basePath that the server is reached under, without a slash at its end
 */
export function openApiDocument(version: string, basePath = ''): OpenApiDocument {
  const schemas = new OpenApiSchemas();
  const paths: OpenApiDocument['paths'] = {};
  for (const [name, route] of Object.entries(ROUTES as Record<string, Route>)) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operation(name, route, schemas),
    };
  }
  const tags = new Set(Object.values(ROUTES).map(({ path }) => tagOf(path)));
  return {
    openapi: '3.1.1',
    info: { title: 'Agent Task Tracker', version, description: DESCRIPTION },
    servers: [{ url: basePath || '/' }],
    tags: [...tags].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      headers: answerHeaders(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function operation(name: string, route: Route, schemas: OpenApiSchemas): Operation {
  const parameters = [
    ...parametersOf(route.params, 'path', schemas),
    ...parametersOf(route.query, 'query', schemas),
    ...parametersOf(route.headers, 'header', schemas),
  ];
  return {
    operationId: name,
    summary: route.summary,
    tags: [tagOf(route.path)],
    security:
      route.scope === null
        ? []
        : Object.keys(SECURITY_SCHEMES).map((scheme) => ({ [scheme]: [route.scope as string] })),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route, route.body, schemas) }),
    responses: openApiAnswers(route, schemas),
  };
}

function parametersOf(schema: Route['query'], where: Parameter['in'], schemas: OpenApiSchemas): Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, parameter]) => {
    const { description, ...wire } = schemas.input(parameter);
    return {
      name,
      in: where,
      required: where === 'path',
      ...(typeof description === 'string' ? { description } : {}),
      schema: wire,
    };
  });
}

function requestBody(route: Route, body: NonNullable<Route['body']>, schemas: OpenApiSchemas) {
  const others = (route.bodyMediaTypes ?? []).map((type) => [type, { schema: { type: 'string' } }]);
  return {
    required: !body.safeParse({}).success,
    content: { 'application/json': { schema: schemas.input(body) }, ...Object.fromEntries(others) },
  };
}

/** Topic of a path: its first word after /api. */
function tagOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  if (first === 'api') return second;
  return first === 'webhook' ? 'webhooks' : 'service';
}
