import { CONTRACT, STATE, TOPICS } from '../../generated/topology.ts';
import { isAskedBy } from '../requirements/catalogue.ts';

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
