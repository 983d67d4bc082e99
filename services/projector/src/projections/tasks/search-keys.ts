import { foldText } from '@att/contracts';
import { searchKey } from '@att/platform/projections';

/** Characters; what a text has behind them is not found. */
const MAX_LENGTH = 10_000;

/** The form in which a title, an id or a message is searched. */
export function searchText(value: string): string {
  // Cut last, as folding may lengthen a text; a cut may leave half a character.
  return searchKey(foldText(value).slice(0, MAX_LENGTH).toWellFormed());
}

/** Search keys of a batch's messages. Many messages come often: a look-up takes a tenth of the time. */
export class SearchKeys {
  readonly #known = new Map<string, string>();

  of(value: string): string {
    let key = this.#known.get(value);
    if (key === undefined) {
      key = searchText(value);
      this.#known.set(value, key);
    }
    return key;
  }
}
