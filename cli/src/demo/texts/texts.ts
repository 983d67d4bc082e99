/** What agents of one language say. `{n}` is a number. */
export interface Texts {
  /** Each with what came of it. */
  tasks: readonly { title: string; results: readonly string[] }[];
  /** In the order of the work. */
  progress: readonly string[];
  waiting: readonly string[];
  goingOn: readonly string[];
  cancelled: readonly string[];
  silentBefore: string;
}
