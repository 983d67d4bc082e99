import type { TaskState } from '@att/contracts';
import type { MetadataHistory } from './task-metadata.js';

/** Memory of a task: how it is now, and where its histories stand. */
export interface TaskMemory {
  task: TaskState;
  /** Position of its project's first event. */
  projectId: number;
  /** Position from which on it is there. */
  presentFrom: number;
  /** Position of its latest version. */
  validFrom: number;
  /** Position of its open span. */
  spanFrom: number;
  /** Position of the span that holds result, error message and stack trace; null where it has none. */
  endFrom: number | null;
  metadata: MetadataHistory;
  /** Position of the version that brought its message; null where it has none. */
  messageFrom: number | null;
}
