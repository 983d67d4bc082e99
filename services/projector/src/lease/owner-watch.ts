/** Looks at the owner's beat, one second apart, after which an owner whose beat is the same is frozen. */
const LOOKS = 5;

/**
 * Pure: tells whether an owner is frozen, or gone without a word. Looks are counted, and no clock is read: whoever
 * stands by may be frozen itself, and must not take the time for the owner's.
 */
export class OwnerWatch {
  #beat: string | null | undefined;
  #looks = 0;

  /** @returns true when the beat has not changed for so many looks */
  isFrozen(beat: string | null): boolean {
    this.#looks = beat === this.#beat ? this.#looks + 1 : 0;
    this.#beat = beat;
    return this.#looks >= LOOKS;
  }
}
