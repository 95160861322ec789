import { CONTRACT, STATE, TOPICS } from '../../generated/topology.ts';
import { isAskedBy } from '../requirements/catalogue.ts';
import type { DateRange } from './description.ts';

/** The contract's collections of Firestore: where its documents begin. */
const COLLECTIONS = [...new Set(Object.values(STATE).map(({ path }) => path.split('/')[0] ?? path))];

/** What is wrong with a place of a target file that its schema alone cannot tell. */
export interface FileProblem {
  /** The way to the place, from the top of the file. */
  readonly steps: readonly string[];
  /** What was expected, what came, and what to do. */
  readonly sentence: string;
}

/** Find a claim of a contract version that this judge does not know, which could ask more than it can judge. */
export function versionProblem({ contract }: { readonly contract?: string }): FileProblem | undefined {
  if (contract === undefined || isAskedBy(CONTRACT.version, { since: contract })) return undefined;
  const sentence = `expected a contract of this judge, ${CONTRACT.version} or earlier, got ${contract}; use a newer judge or claim an earlier version`;
  return { steps: ['contract'], sentence };
}

interface Named {
  readonly names?: {
    readonly topics?: Readonly<Record<string, string>>;
    readonly collections?: Readonly<Record<string, string>>;
  };
}

/** Find a name that the contract does not have, or two names that would become one. */
export function nameProblem({ names = {} }: Named): FileProblem | undefined {
  const { topics = {}, collections = {} } = names;
  return (
    problemIn('topics', topics, Object.keys(TOPICS), 'topic') ??
    problemIn('collections', collections, COLLECTIONS, 'collection')
  );
}

function problemIn(
  part: 'topics' | 'collections',
  names: Readonly<Record<string, string>>,
  known: readonly string[],
  word: string,
): FileProblem | undefined {
  for (const [contract, actual] of Object.entries(names)) {
    const steps = ['names', part, contract];
    if (!known.includes(contract)) {
      const sentence = `expected a ${word} of the contract (${known.join(', ')}), got "${contract}"; write the contract's name on the left and yours on the right`;
      return { steps, sentence };
    }
    const rival = known.find((other) => other !== contract && (names[other] ?? other) === actual);
    if (rival !== undefined) {
      const sentence = `expected a name of its own, got "${actual}", which ${rival} has too; the judge could not tell them apart`;
      return { steps, sentence };
    }
  }
  return undefined;
}

interface Together {
  readonly components: Readonly<Record<string, { readonly command?: readonly string[] }>>;
  readonly together?: { readonly components?: readonly string[] };
}

/** Find a component that the shared program is to serve, and that the judge does not start. */
export function togetherProblem({ components, together = {} }: Together): FileProblem | undefined {
  for (const [index, name] of (together.components ?? []).entries()) {
    if (components[name]?.command !== undefined) continue;
    const sentence = `expected a component of this file with a command of its own, got "${name}"; a run that ends components one by one starts it by that command`;
    return { steps: ['together', 'components', String(index)], sentence };
  }
  return undefined;
}

interface Hooked {
  readonly components: Readonly<Record<string, unknown>>;
  readonly hooks?: Readonly<Record<string, { readonly request?: { readonly component?: string | null } }>>;
}

/** Find a hook that calls a component which the file does not have. */
export function hookProblem({ components, hooks = {} }: Hooked): FileProblem | undefined {
  for (const [name, { request }] of Object.entries(hooks)) {
    const component = request?.component ?? undefined;
    if (component === undefined || component in components) continue;
    const sentence = `expected one of this file's components (${Object.keys(components).join(', ')}), got "${component}"; name one of them, or give a url`;
    return { steps: ['hooks', name, 'request', 'component'], sentence };
  }
  return undefined;
}

interface Dated {
  readonly project?: {
    readonly reserved_dates?: DateRange;
    readonly past_dates?: DateRange;
  };
}

/** Real games are played from 1946 on, and scheduled a year ahead; tests may use what lies outside. */
const REAL_GAMES: DateRange = { from: '1946-11-01', to: '2079-12-31' };

/** Find reserved dates that do not exist, or on which real games are or will be played. */
export function datesProblem({ project = {} }: Dated): FileProblem | undefined {
  for (const part of ['reserved_dates', 'past_dates'] as const) {
    const range = project[part];
    if (range === undefined) continue;
    const steps = ['project', part];
    const impossible = [range.from, range.to].find((date) => !isDate(date));
    if (impossible !== undefined) {
      return { steps, sentence: `expected days of the calendar, got "${impossible}"; correct it` };
    }
    const allowed = part === 'reserved_dates' ? range.from > REAL_GAMES.to : range.to < REAL_GAMES.from;
    if (allowed && range.from <= range.to) continue;
    const where = part === 'reserved_dates' ? `after ${REAL_GAMES.to}` : `before ${REAL_GAMES.from}`;
    const sentence = `expected days in order and ${where}, on which no real game is played, got ${range.from} to ${range.to}; tests write and delete what belongs to them`;
    return { steps, sentence };
  }
  return undefined;
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
