import type { TaskState } from '@att/contracts';

/** What the writer knows of a task: how it is now, and where its histories stand. */
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
  /** Position of the version that holds its metadata. */
  metadataFrom: number;
  /** Position of the version that brought its message; null where it has none. */
  messageFrom: number | null;
}
