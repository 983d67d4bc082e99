/** Texts to remember; with more, all are forgotten. */
const MANY = 100;

/**
 * Keeps an outage that lasts for hours, and is noticed many times a second, from filling a log.
 *
 * @param interval milliseconds for which a text is not said again
 * @param now milliseconds of any monotone clock
 * @returns a function that is true for a text that is to be said
 */
export function oncePer(
  interval: number,
  now: () => number = () => performance.now(),
): (text: string) => boolean {
  const saidAt = new Map<string, number>();
  return (text) => {
    const time = now();
    if (time - (saidAt.get(text) ?? Number.NEGATIVE_INFINITY) < interval) return false;
    if (saidAt.size >= MANY) saidAt.clear();
    saidAt.set(text, time);
    return true;
  };
}
