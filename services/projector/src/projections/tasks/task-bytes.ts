import type { TaskState } from '@att/contracts';

/** Bytes of a number, a key's slot or an object's header, roughly. */
const SLOT = 16;

/** Bytes that a task takes, roughly; a task without large fields is weighed by a few lengths. */
export function taskBytes({
  title,
  message,
  error_message,
  stack_trace,
  result,
  metadata,
}: TaskState): number {
  const text =
    title.length + (message?.length ?? 0) + (error_message?.length ?? 0) + (stack_trace?.length ?? 0);
  return text + (result === null ? 0 : jsonBytes(result)) + jsonBytes(metadata);
}

/** Bytes of a JSON value, without recursion: a payload of one MiB may be nested half a million deep. */
function jsonBytes(json: unknown): number {
  let bytes = 0;
  const open: unknown[] = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') bytes += value.length;
    if (typeof value !== 'object' || value === null) {
      bytes += SLOT;
    } else if (Array.isArray(value)) {
      for (const element of value) open.push(element);
    } else {
      for (const [key, field] of Object.entries(value)) {
        bytes += key.length + SLOT;
        open.push(field);
      }
    }
  }
  return bytes;
}
