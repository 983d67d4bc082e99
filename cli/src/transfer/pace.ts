/** Progress from one position to another: its rate, and the time that is left. */
export interface Paced {
  position: number;
  head: number;
  rate: number | null;
  eta_seconds: number | null;
}

/** Starts to measure. Rates are means since then, and null at the start. */
export function pace(from: number, head: number, now = () => performance.now()): (position: number) => Paced {
  const startedAt = now();
  return (position) => {
    const seconds = (now() - startedAt) / 1_000;
    const done = position - from;
    const rate = seconds > 0 && done > 0 ? done / seconds : null;
    return { position, head, rate, eta_seconds: rate === null ? null : (head - position) / rate };
  };
}
