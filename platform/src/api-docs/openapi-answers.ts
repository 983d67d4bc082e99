/** Every answer of a route: the one that went well, and the problems that its form lets happen. */
import { PROBLEMS, type ProblemCode, problemSchema, type Route, rateLimitOf } from '@att/contracts';
import { type HeaderName, headersOf, mention } from './openapi-headers.js';
import type { OpenApiSchemas } from './openapi-schemas.js';

export function openApiAnswers(route: Route, schemas: OpenApiSchemas): Record<string, unknown> {
  const answers: Record<string, unknown> = { [route.status]: wentWell(route, schemas) };
  const headers = headersOf(route);
  if (headers.includes('ETag')) {
    answers[304] = {
      description: 'What the sender has is still so',
      headers: mention('X-Request-Id', 'X-Position', 'ETag'),
    };
  }
  for (const [status, codes] of byStatus(problemsOf(route)))
    answers[status] = refused(status, codes, schemas);
  if (route.alsoStatus !== undefined) {
    answers[route.alsoStatus] = { ...wentWell(route, schemas), description: 'It is not well' };
  }
  return answers;
}

function wentWell(route: Route, schemas: OpenApiSchemas) {
  return {
    description: route.summary,
    headers: mention(...headersOf(route)),
    content: { [route.mediaType ?? 'application/json']: { schema: schemas.output(route.response) } },
  };
}

const HEADERS_OF_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit-Policy', 'RateLimit'],
  503: ['Retry-After'],
};

function refused(status: number, codes: readonly ProblemCode[], schemas: OpenApiSchemas) {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
    headers: mention('X-Request-Id', ...(HEADERS_OF_STATUS[status] ?? [])),
    content: { 'application/problem+json': { schema: schemas.output(problemSchema) } },
  };
}

const OF_KEYS = ['unauthorized', 'forbidden', 'database_unavailable', 'shutting_down'] as const;
const OF_BODIES = [
  'malformed_json',
  'malformed_utf8',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'invalid_body',
] as const;

function problemsOf(route: Route): ProblemCode[] {
  const takesPosition = route.query?.shape.min_position !== undefined;
  const takesParameters = [route.params, route.query, route.headers].some((schema) => schema !== undefined);
  return [
    ...(route.scope === null ? [] : OF_KEYS),
    ...(rateLimitOf(route) === undefined ? [] : (['rate_limited'] as const)),
    ...(route.params === undefined ? [] : (['malformed_request'] as const)),
    ...(takesParameters ? (['invalid_parameter'] as const) : []),
    ...(takesPosition ? (['position_ahead', 'projection_behind'] as const) : []),
    ...(route.body === undefined ? [] : OF_BODIES),
    ...(route.problems ?? []),
    'internal_error',
  ];
}

function byStatus(codes: readonly ProblemCode[]): [number, ProblemCode[]][] {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups].sort(([a], [b]) => a - b);
}
