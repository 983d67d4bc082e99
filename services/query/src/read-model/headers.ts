/** What an answer is true for. */
export function positionHeader(position: number): Record<string, string> {
  return { 'X-Position': String(position) };
}
