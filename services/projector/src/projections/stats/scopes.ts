/** Scopes that a task counts in: everything, its project, its agent, and its agent within its project. */
import type { TaskOutcome } from '../../fold/task-outcome.js';
import type { Scope } from './stats-rows.js';

const ALL = '';

export const scopeKey = ({ project, agent }: Scope) => `${project}\0${agent}`;

/** Scope with its key in a `RowCache`. */
export interface KeyedScope extends Scope {
  key: string;
}

type ScopesOfTask = readonly [one: KeyedScope, ofAgent: KeyedScope, ofProject: KeyedScope, all: KeyedScope];

/** The scopes that the tasks of a batch count in, each made once. */
export class Scopes {
  readonly #all = keyed(ALL, ALL);
  readonly #ofAgents = new Map<string, KeyedScope>();
  readonly #ofProjects = new Map<string, { scope: KeyedScope; byAgent: Map<string, ScopesOfTask> }>();
  /** Scopes that were asked for. */
  readonly list: KeyedScope[] = [];

  of({ project, agent }: Pick<TaskOutcome, 'project' | 'agent'>): ScopesOfTask {
    let ofProject = this.#ofProjects.get(project);
    if (ofProject === undefined) {
      if (this.list.length === 0) this.list.push(this.#all);
      ofProject = { scope: this.#make(project, ALL), byAgent: new Map() };
      this.#ofProjects.set(project, ofProject);
    }
    let scopes = ofProject.byAgent.get(agent);
    if (scopes === undefined) {
      scopes = [this.#make(project, agent), this.#ofAgent(agent), ofProject.scope, this.#all];
      ofProject.byAgent.set(agent, scopes);
    }
    return scopes;
  }

  #ofAgent(agent: string): KeyedScope {
    let scope = this.#ofAgents.get(agent);
    if (scope === undefined) {
      scope = this.#make(ALL, agent);
      this.#ofAgents.set(agent, scope);
    }
    return scope;
  }

  #make(project: string, agent: string): KeyedScope {
    const scope = keyed(project, agent);
    this.list.push(scope);
    return scope;
  }
}

function keyed(project: string, agent: string): KeyedScope {
  return { project, agent, key: scopeKey({ project, agent }) };
}
