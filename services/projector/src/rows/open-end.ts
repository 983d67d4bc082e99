/** The end of a stretch that still goes on: past any position, and the largest that JavaScript holds exactly. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;
