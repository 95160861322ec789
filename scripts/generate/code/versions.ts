import type { Contract } from '../../contract/contract.ts';
import { at, isObject, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import { type Schemas, schemasOf } from '../../schemas/flatten.ts';
import { DIRECTIONS, variantOf } from '../../schemas/variants.ts';
import { messageExamples } from './topology.ts';

/**
 * Write the messages of every version whose programs may be live: the released ones, and the contract of today. A version is data,
 * since only a run that is about it needs its validators.
 */
export function versionsModule(today: Contract, released: readonly Contract[]): string {
  const others = released.filter(({ version }) => version !== today.version);
  const versions = [...others, today].map((contract) => JSON.stringify(versionOf(contract)));
  return `/** What one version of the contract says of its messages. */
export interface ContractVersion {
  /** Such as \`1.0.0\`. */
  readonly version: string;
  /** Schema names by message. */
  readonly messages: Readonly<Record<string, string>>;
  /** JSON Schemas (draft-07), named \`send.NAME\` and \`receive.NAME\`, with the words of their problems. */
  readonly schemas: readonly Readonly<Record<string, unknown>>[];
  /** The first example of each message. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** List every released version, the oldest first, and the contract of today last. */
export const VERSIONS: readonly ContractVersion[] = [
${versions.map((version) => `  ${version},`).join('\n')}
];
`;
}

function versionOf({ version, document }: Contract): JsonObject {
  const schemas = schemasOf(document);
  const messages = Object.fromEntries(
    membersOf(at(document, 'components', 'messages')).flatMap(([message, value]) => {
      const target = at(value, 'payload', '$ref');
      return typeof target === 'string' ? [[message, target.split('/').at(-1) ?? message]] : [];
    }),
  );
  const examples = messageExamples(document).toReversed();
  return {
    version,
    messages,
    schemas: DIRECTIONS.flatMap((direction) => reachable(schemas, Object.values(messages), direction)),
    examples: Object.fromEntries(
      examples.map(({ message, payload }) => [String(message), payload ?? null] as const),
    ),
  };
}

/** The schemas of one direction that some names need, each once. */
function reachable(
  schemas: Schemas,
  names: readonly string[],
  direction: (typeof DIRECTIONS)[number],
): readonly JsonObject[] {
  const found = new Map<string, JsonObject>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const variant = variantOf(schemas, name, direction);
    found.set(name, variant);
    for (const target of referencesIn(variant)) visit(target.replace(`${direction}.`, ''));
  };
  for (const name of names) visit(name);
  return [...found.values()];
}

function referencesIn(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  return membersOf(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}
