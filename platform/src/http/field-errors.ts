import type { FieldError } from '@att/contracts';
import type { z } from 'zod';

/** zod's issues as pointers: JSON Pointer (RFC 6901) into a body. */
export function bodyErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        detail: 'is not known here',
      }));
    }
    return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  });
}

/** The same for query and path parameters, which are named without a slash. */
export function parameterErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: key, detail: 'is not a parameter of this path' }));
    }
    return [{ pointer: issue.path.map(String).join('/'), detail: issue.message }];
  });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
