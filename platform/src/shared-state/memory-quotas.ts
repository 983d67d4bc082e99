import type { QuotaRequest, QuotaTaken } from './shared-state.js';

/** Number of names from which on those whose windows have ended are looked for. */
const MANY = 10_000;

/** Quotas of one process, in the very terms of the port. `now` is milliseconds of any monotone clock. */
export class MemoryQuotas {
  readonly #windows = new Map<string, { used: number; endsAt: number }>();

  constructor(private readonly now: () => number) {}

  take({ name, limit, window, needed, wanted }: QuotaRequest): QuotaTaken {
    const now = this.now();
    const open = this.#windows.get(name);
    const current = open !== undefined && open.endsAt > now ? open : { used: 0, endsAt: now + window };
    const left = Math.max(0, limit - current.used);
    const taken = left < needed ? 0 : Math.min(wanted, left);
    if (taken > 0) {
      current.used += taken;
      if (current !== open) this.#add(name, current, now);
    }
    return { taken, left: left - taken, resetsIn: current.endsAt - now };
  }

  #add(name: string, opened: { used: number; endsAt: number }, now: number): void {
    if (this.#windows.size >= MANY) {
      for (const [old, { endsAt }] of this.#windows) if (endsAt <= now) this.#windows.delete(old);
    }
    this.#windows.set(name, opened);
  }
}
