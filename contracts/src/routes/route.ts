import type { z } from 'zod';

export const SCOPES = ['ingest', 'read', 'operate', 'audit'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Route {
  method: 'GET' | 'POST';
  /** Absolute; parameters are `{name}`, percent-encoded by callers, slashes included. */
  path: string;
  summary: string;
  /** What the key must be allowed to do; null needs no key. */
  scope: Scope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Status of the answer that `response` describes. */
  status: number;
  response: z.ZodType;
  /** Of an answer that is not JSON. */
  mediaType?: string;
}
