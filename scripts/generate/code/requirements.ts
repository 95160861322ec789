import { at, isObject, type JsonObject, membersOf } from '../../contract/json.ts';
import { constant, literal, unionOf } from './print.ts';

/**
 * Write the requirements by id, the areas that their ids name and the profiles that they belong to.
 *
 * @param docs  a sentence per section name, from the descriptions of the extension schema.
 */
export function requirementsModule(document: JsonObject, docs: Readonly<Record<string, string>>): string {
  const requirements = isObject(document['x-requirements']) ? document['x-requirements'] : {};
  const ids = membersOf(requirements).map(([id]) => id);
  const listed = (section: string, name: string): string =>
    constant(name, docs[section] ?? `Hold the section ${section} of the contract.`, document[section] ?? {});
  return [
    listed('x-areas', 'AREAS'),
    listed('x-profiles', 'PROFILES'),
    '/** Name what an implementation may claim to keep. */\nexport type ProfileName = keyof typeof PROFILES;\n',
    `/** Name a requirement of the contract. */\nexport type RequirementId = ${unionOf(ids)};\n`,
    `/** Say what a requirement asks, how strongly, of whom and since when. */
export interface Requirement {
  readonly level: ${unionOf(valuesOf(requirements, 'level'))};
  readonly profile: ProfileName;
  /** The contract version that asked it first; a claim of an older version is not held to it. */
  readonly since: string;
  readonly sentence: string;
  /** The section that explains it: docs/PAGE.md#ANCHOR, or one of the contract. */
  readonly source: string;
}
`,
    `/** Give each requirement by its id. */\nexport const REQUIREMENTS: Readonly<Record<RequirementId, Requirement>> = ${JSON.stringify(requirements, null, 2)};\n`,
  ].join('\n');
}

/** One check of the judge, as far as requirements are concerned. */
export interface NamedCheck {
  readonly name: string;
  readonly requirements: readonly string[];
}

/** Write which checks test each requirement, in the order of the judge; what no check names has an empty list. */
export function requirementChecksModule(document: JsonObject, checks: readonly NamedCheck[]): string {
  const lists = membersOf(document['x-requirements']).map(([id]): [string, readonly string[]] => [
    id,
    checks.filter(({ requirements }) => requirements.includes(id)).map(({ name }) => name),
  ]);
  return `import type { RequirementId } from './requirements.ts';

/** Give the names of the checks that test each requirement. */
export const REQUIREMENT_CHECKS: Readonly<Record<RequirementId, readonly string[]>> = ${literal(Object.fromEntries(lists))};
`;
}

function valuesOf(members: JsonObject, field: string): readonly string[] {
  return [...new Set(membersOf(members).map(([, member]) => String(at(member, field))))];
}
