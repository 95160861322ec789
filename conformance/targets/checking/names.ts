import { readFileSync } from 'node:fs';
import { STATE, TOPICS } from '../../../generated/topology.ts';
import { MESSAGE_NAMES } from '../../../generated/validation.ts';
import { SUPPORTED_VERSIONS } from '../../contract/versions.ts';
import type { ContractFile, FileProblem, TargetFile } from '../file.ts';
import { lastOf } from '../naming.ts';

/** The contract's collections of Firestore: where its documents begin. */
const COLLECTIONS = [...new Set(Object.values(STATE).map(({ path }) => path.split('/')[0] ?? path))];

/** What Google allows as an id; anything else breaks the first call that names it. */
interface Kind {
  readonly word: string;
  readonly allowed: RegExp;
  readonly rule: string;
}

const TOPIC: Kind = {
  word: 'topic',
  allowed: /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
  rule: '3 to 255 letters, digits and any of - . _ ~ + %, beginning with a letter but not with goog',
};
const COLLECTION: Kind = {
  word: 'collection',
  allowed: /^(?!\.{1,2}$)(?!__.*__$)[^/]+$/,
  rule: 'no slash, not . or .., not between double underscores',
};

/** Find a claim of a contract version that was never released, by whose schemas and requirements nothing can be judged. */
export function versionProblem({ contract, components }: TargetFile): FileProblem | undefined {
  const claims: readonly (readonly [readonly string[], ContractFile | undefined])[] = [
    [['contract'], contract],
    ...Object.entries(components).map(
      ([name, component]) => [['components', name, 'contract'], component.contract] as const,
    ),
  ];
  for (const [steps, claim] of claims) {
    const said = typeof claim === 'string' ? [[steps, claim] as const] : sidesOf(steps, claim);
    const wrong = said.find(([, version]) => !SUPPORTED_VERSIONS.includes(version));
    if (wrong === undefined) continue;
    const sentence = `expected a version of the contract that this judge knows (${SUPPORTED_VERSIONS.join(', ')}), got ${wrong[1]}; use a newer judge or claim one of these`;
    return { steps: wrong[0], sentence };
  }
  return undefined;
}

function sidesOf(
  steps: readonly string[],
  claim: Exclude<ContractFile, string> = {},
): readonly (readonly [readonly string[], string])[] {
  return Object.entries(claim).map(([side, version]) => [[...steps, side], version]);
}

/** Find a name that the contract does not have, or two names that would become one. */
export function nameProblem({ names = {} }: TargetFile): FileProblem | undefined {
  const { topics = {}, collections = {} } = names;
  return (
    problemIn('topics', topics, Object.keys(TOPICS), TOPIC) ??
    problemIn('collections', collections, COLLECTIONS, COLLECTION)
  );
}

function problemIn(
  part: 'topics' | 'collections',
  names: Readonly<Record<string, string>>,
  known: readonly string[],
  { word, allowed, rule }: Kind,
): FileProblem | undefined {
  for (const [contract, actual] of Object.entries(names)) {
    const steps = ['names', part, contract];
    if (!known.includes(contract)) {
      const sentence = `expected a ${word} of the contract (${known.join(', ')}), got "${contract}"; write the contract's name on the left and yours on the right`;
      return { steps, sentence };
    }
    if (!allowed.test(actual)) {
      return { steps, sentence: `expected an id of a ${word} (${rule}), got "${actual}"; correct it` };
    }
    const rival = known.find((other) => other !== contract && (names[other] ?? other) === actual);
    if (rival !== undefined) {
      const sentence = `expected a name of its own, got "${actual}", which ${rival} has too; the judge could not tell them apart`;
      return { steps, sentence };
    }
  }
  return undefined;
}

/** Find a component that the shared program is to serve, and that the judge does not start. */
export function togetherProblem({ components, together }: TargetFile): FileProblem | undefined {
  for (const [index, name] of (together?.components ?? []).entries()) {
    if (components[name]?.command !== undefined) continue;
    const sentence = `expected a component of this file with a command of its own, got "${name}"; a run that ends components one by one starts it by that command`;
    return { steps: ['together', 'components', String(index)], sentence };
  }
  return undefined;
}

/** What the schema of a message says of its parts. */
interface Part {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly definitions?: Readonly<Record<string, Part>>;
}

/** Find a renamed field that no message of the contract has, or a name that another field beside it has. */
export function fieldProblem({ names = {} }: TargetFile): FileProblem | undefined {
  const { fields = {} } = names;
  if (Object.keys(fields).length === 0) return undefined;
  const known = knownPaths();
  for (const [path, actual] of Object.entries(fields)) {
    const steps = ['names', 'fields', path];
    if (!known.has(path)) {
      const sentence = `expected the path of a field of a message, such as correlation_id or metadata.upstream.execution_id, got "${path}"; write the contract's name on the left and yours on the right`;
      return { steps, sentence };
    }
    const above = path.slice(0, path.lastIndexOf('.') + 1);
    const rival = [...known].find(
      (other) => other !== path && isBeside(other, above) && (fields[other] ?? lastOf(other)) === actual,
    );
    if (actual.includes('.') || rival !== undefined) {
      const sentence =
        rival === undefined
          ? `expected the name alone, got "${actual}"; a field stays where it is`
          : `expected a name of its own, got "${actual}", which ${rival} has too; the judge could not tell them apart`;
      return { steps, sentence };
    }
  }
  return undefined;
}

function isBeside(path: string, above: string): boolean {
  return path.startsWith(above) && !path.slice(above.length).includes('.');
}

/** List the paths of all fields of all messages; elements of a list have the path of the list. */
function knownPaths(): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const message of MESSAGE_NAMES) {
    const file = new URL(`../../../generated/schemas/${message}.json`, import.meta.url);
    const schema = JSON.parse(readFileSync(file, 'utf8')) as Part;
    addPaths(schema, schema, '', paths);
  }
  return paths;
}

function addPaths(whole: Part, part: Part, above: string, paths: Set<string>): void {
  const name = part.$ref?.replace('#/definitions/', '');
  const known = name === undefined ? part : (whole.definitions?.[name] ?? {});
  if (known.items !== undefined) addPaths(whole, known.items, above, paths);
  for (const [field, inner] of Object.entries(known.properties ?? {})) {
    const path = above === '' ? field : `${above}.${field}`;
    paths.add(path);
    addPaths(whole, inner, path, paths);
  }
}
