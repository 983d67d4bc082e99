/** Number of looks, one second apart, after which an owner whose beat is still the same counts as frozen. */
const LOOKS = 5;

/**
 * Detects an owner that is frozen or gone: pure. It counts looks and reads no clock: the projector that stands by may have been
 * frozen itself, and must not blame the owner for that time.
 */
export class OwnerWatch {
  #beat: string | null | undefined;
  #looks = 0;

  /** @returns true when the beat is the same as at the last five looks */
  isFrozen(beat: string | null): boolean {
    this.#looks = beat === this.#beat ? this.#looks + 1 : 0;
    this.#beat = beat;
    return this.#looks >= LOOKS;
  }
}
