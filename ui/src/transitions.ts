/**
 * Transition tables of state machines: a row for every state, a cell for every input. A table without a cell for some
 * pair of state and input does not compile, so that no pair is forgotten.
 */

export type ByName<U extends { name: string }> = { [N in U['name']]: Extract<U, { name: N }> };
export type ByType<U extends { type: string }> = { [T in U['type']]: Extract<U, { type: T }> };

/** Row of a state, or of several states that behave alike. */
export type Row<State, Inputs, Step> = { [T in keyof Inputs]: (state: State, input: Inputs[T]) => Step };
export type Table<States, Inputs, Step> = { [N in keyof States]: Row<States[N], Inputs, Step> };

/** Runs the cell of a state and an input. @param name the row: the state's own name, or the name of a part of the state */
export function transition<States, Inputs extends Record<string, { type: string }>, Step>(
  table: Table<States, Inputs, Step>,
  name: keyof States,
  state: States[keyof States],
  input: Inputs[keyof Inputs],
): Step {
  const cell = table[name][input.type as keyof Inputs];
  return cell(state, input);
}
