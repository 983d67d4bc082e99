import type { z } from 'zod';
import type { ProblemCode } from '../problems.js';

export const SCOPES = ['ingest', 'read', 'operate', 'audit'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Route {
  method: 'GET' | 'POST';
  /** Absolute; parameters are `{name}`, percent-encoded by callers, slashes included. */
  path: string;
  summary: string;
  /** Scope that the key must have; null: the route needs no key. */
  scope: Scope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Status of the answer that `response` describes. */
  status: number;
  response: z.ZodType;
  /** The same shape with another status, where it says that something is not well. */
  alsoStatus?: number;
  /** Media type of an answer that is not JSON. */
  mediaType?: string;
  /** Media types of a body that may be something else than JSON. */
  bodyMediaTypes?: readonly string[];
  /** Problems of its own, beside those that follow from its scope, its parameters and its body. */
  problems?: readonly ProblemCode[];
}
