/** How fast something goes from one number to another, and what is left of it. */
export interface Paced {
  position: number;
  head: number;
  rate: number | null;
  eta_seconds: number | null;
}

/** Counts from now on. Rates are means since then; null in the first moment. */
export function pace(from: number, head: number, now = () => performance.now()): (position: number) => Paced {
  const startedAt = now();
  return (position) => {
    const seconds = (now() - startedAt) / 1_000;
    const done = position - from;
    const rate = seconds > 0 && done > 0 ? done / seconds : null;
    return { position, head, rate, eta_seconds: rate === null ? null : (head - position) / rate };
  };
}
