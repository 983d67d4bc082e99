/**
 * Transition tables: a row for every state, a cell for every input. Each pair of the two has to be decided on,
 * since a table with a cell too few does not compile.
 */

export type ByName<U extends { name: string }> = { [N in U['name']]: Extract<U, { name: N }> };
export type ByType<U extends { type: string }> = { [T in U['type']]: Extract<U, { type: T }> };

/** One row: the cells of a state, or of several states that act alike. */
export type Row<State, Inputs, Step> = { [T in keyof Inputs]: (state: State, input: Inputs[T]) => Step };
export type Table<States, Inputs, Step> = { [N in keyof States]: Row<States[N], Inputs, Step> };

/** Takes the step of one cell. @param name the row: the state's own name, or that of a part of it */
export function transit<States, Inputs extends Record<string, { type: string }>, Step>(
  table: Table<States, Inputs, Step>,
  name: keyof States,
  state: States[keyof States],
  input: Inputs[keyof Inputs],
): Step {
  // The row's name and the state's type go together, which TypeScript cannot follow through a union.
  const cell = table[name][input.type as keyof Inputs];
  return cell(state, input);
}
