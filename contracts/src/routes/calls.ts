/** Types of what a caller of a route sends and gets, from the route's own schemas. */
import type { z } from 'zod';

export type ParamsOf<R> = R extends { params: infer P extends z.ZodType }
  ? z.output<P>
  : Record<never, never>;

export type QueryOf<R> = R extends { query: infer Q extends z.ZodType }
  ? { [K in keyof z.input<Q>]?: string | number | undefined }
  : Record<never, never>;

export type RequestBodyOf<R> = R extends { body: infer B extends z.ZodType } ? z.input<B> : undefined;

export type ResponseOf<R> = R extends { response: infer B extends z.ZodType } ? z.output<B> : never;
