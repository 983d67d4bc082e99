/** The later of two wire times; an event that is applied late is not the latest. */
export function laterOf(one: string, other: string): string {
  return one > other ? one : other;
}
