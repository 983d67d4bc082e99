/** Cast of a demo: agents, and the projects that they work on. */
import type { Random } from './random.js';
import { ENGLISH } from './texts/english.js';
import { RUSSIAN } from './texts/russian.js';
import type { Texts } from './texts/texts.js';

export interface Project {
  name: string;
  /** Prefix of its task ids. */
  prefix: string;
  texts: Texts;
}

export interface Actor {
  name: string;
  model: string;
  host: string;
  projects: readonly Project[];
  /** Factor on the duration of its steps. */
  slowness: number;
}

const PROJECTS: readonly Project[] = [
  { name: 'web-shop', prefix: 'SHOP', texts: ENGLISH },
  { name: 'личный-кабинет', prefix: 'ЛК', texts: RUSSIAN },
  { name: 'billing', prefix: 'BILL', texts: ENGLISH },
  { name: 'каталог', prefix: 'КАТ', texts: RUSSIAN },
  { name: 'mobile-app', prefix: 'APP', texts: ENGLISH },
  { name: 'data-platform', prefix: 'DATA', texts: ENGLISH },
];

const KINDS = [
  { name: 'claude', model: 'claude-opus' },
  { name: 'codex', model: 'gpt-codex' },
  { name: 'gemini', model: 'gemini-pro' },
  { name: 'qwen-coder', model: 'qwen-coder' },
  { name: 'reviewer', model: 'claude-sonnet' },
  { name: 'помощник', model: 'claude-sonnet' },
];

/** Neighbours in the list differ in kind and projects, so that a small fleet is varied, too. */
export function castOf(agents: number, random: Random): Actor[] {
  return Array.from({ length: agents }, (_, at) => {
    const { name, model } = KINDS[at % KINDS.length] as (typeof KINDS)[number];
    const home = PROJECTS[at % PROJECTS.length] as Project;
    return {
      name: `${name}-${1 + Math.floor(at / KINDS.length)}`,
      model,
      host: `runner-${1 + (at % 8)}`,
      projects: [home, home, random.pick(PROJECTS)],
      slowness: 0.6 + random.fraction(),
    };
  });
}
