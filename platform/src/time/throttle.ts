/**
 * @param interval milliseconds between two calls at least; others in between are left out
 * @param now milliseconds of any monotone clock
 */
export function throttle<Arguments extends unknown[]>(
  interval: number,
  act: (...values: Arguments) => void,
  now: () => number = () => performance.now(),
): (...values: Arguments) => void {
  let actedAt = Number.NEGATIVE_INFINITY;
  return (...values) => {
    const calledAt = now();
    if (calledAt - actedAt < interval) return;
    actedAt = calledAt;
    act(...values);
  };
}
