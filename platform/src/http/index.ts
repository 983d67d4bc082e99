export { unauthorized } from './answer-route.js';
export type { WholeHandler } from './connections/connection.js';
export { type Refusal, refusalText } from './connections/refusal.js';
export type { ETagParts } from './etag.js';
export { createExpressApp } from './express-app.js';
export { bodyErrors, parameterErrors } from './field-errors.js';
export { headerText } from './header-text.js';
export { createHttpMetrics, type HttpMetrics } from './http-metrics.js';
export { MALFORMED_PARAMETER, malformedParameter } from './malformed-parameter.js';
export { type MediaType, mediaTypeOf } from './media-type.js';
export { decodeUtf8, notUtf8, parseAnyJson } from './parse-json.js';
export { asProblem, type ProblemAnswer, problemAnswer } from './problem-answer.js';
export { ProblemError } from './problem-error.js';
export { discardRest, readBody } from './read-body.js';
export { requestIdOf } from './request-id.js';
export type {
  HandlersOf,
  RouteAnswer,
  RouteHandler,
  RouteHandlers,
  RouteName,
  RouteRequest,
} from './route-handlers.js';
export { API_HEADERS, JSON_TYPE, PROBLEM_TYPE, sendJson, sendProblem } from './send.js';
export { FOR_GOOD, keptFile, type StaticFile } from './serve-files.js';
export {
  createHttpServer,
  type HotRoutes,
  HTTP_CLOSE_TIMEOUT,
  type HttpServer,
  type HttpServerOptions,
  PortTakenError,
  type Reach,
  type UpgradeHandler,
} from './server.js';
export { isPacked, packedLimit, unpack } from './unpack.js';
export type { WholeAnswer } from './whole-answer.js';
export type { WholeHeaders, WholeRequest } from './whole-request.js';
