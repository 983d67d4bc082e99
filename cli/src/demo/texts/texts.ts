/** Texts of agents of one language. `{n}` stands for a number. */
export interface Texts {
  /** Titles of tasks, each with results. */
  tasks: readonly { title: string; results: readonly string[] }[];
  /** Messages in the order of the work. */
  progress: readonly string[];
  waiting: readonly string[];
  goingOn: readonly string[];
  cancelled: readonly string[];
  silentBefore: string;
}
