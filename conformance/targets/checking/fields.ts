import { readFileSync } from 'node:fs';
import { MESSAGE_NAMES } from '../../../generated/validation.ts';
import { lastOf } from '../fields.ts';
import type { FileProblem, TargetFile } from '../file.ts';

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
