import type { LogPage } from '../../event-log/index.js';
import { endOf, type Place } from '../log-pages.js';

/** Places that a reader remembers: its own, and the last one that Postgres has confirmed. Pure. */
export class ReaderPlaces {
  #current: Place;
  /** Events that came since are of the same log only if both places still are. */
  #confirmed: Place;
  #pages = 0;

  constructor(start: Place) {
    this.#current = start;
    this.#confirmed = start;
  }

  get current(): Place {
    return this.#current;
  }

  get confirmed(): Place {
    return this.#confirmed;
  }

  /** Changes when a page begins or ends: a page knows more than a question that was asked before. */
  get pages(): number {
    return this.#pages;
  }

  pageBegins(): void {
    this.#pages += 1;
  }

  pageEnds(): void {
    this.#pages += 1;
  }

  pageRead(page: LogPage): void {
    this.#current = endOf(page, this.#current);
    this.#confirmed = this.#current;
  }

  handedOn(position: number, hash: string): void {
    this.#current = { ...this.#current, position, hash };
  }

  /** Postgres has said that `place` is in the log, whose epoch is this one. */
  confirm(place: Place, epoch: string): void {
    this.#confirmed = place;
    this.#current = { ...this.#current, epoch };
  }
}
