import type { ProjectionName } from '@att/platform/projections';
import type { Projection } from '../fold/projection.js';

/** Faults of projections, that come and go: events that they cannot apply. */
export class Poison {
  readonly #positions = new Map<ProjectionName, Set<number>>();

  add(projection: ProjectionName, ...positions: number[]): void {
    const all = this.#positions.get(projection) ?? new Set();
    for (const position of positions) all.add(position);
    this.#positions.set(projection, all);
  }

  cure(projection: ProjectionName, position: number): void {
    this.#positions.get(projection)?.delete(position);
  }

  has(projection: ProjectionName, position: number): boolean {
    return this.#positions.get(projection)?.has(position) ?? false;
  }

  /** The projections with their faults: a fold throws when one of the events is poison. */
  in(projections: readonly Projection[]): Projection[] {
    return projections.map((projection) => ({
      ...projection,
      writer: (generation, position) => {
        const writer = projection.writer(generation, position);
        return {
          fold: (loader, batch, transitions) => {
            const event = batch.logEvents.find((one) => this.has(projection.name, one.position));
            if (event !== undefined) throw new IndigestibleError(`cannot digest event ${event.position}`);
            return writer.fold(loader, batch, transitions);
          },
        };
      },
    }));
  }
}

/** A plain error, as code may throw it: nothing tells it from that of a lost connection but where it comes from. */
export class IndigestibleError extends Error {
  override readonly name = 'IndigestibleError';
}
