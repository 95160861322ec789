import { REQUIREMENTS, type RequirementId } from '../../generated/requirements.ts';
import { CHECKS } from '../checks/all.ts';
import type { Check } from '../checks/check.ts';
import type { Profile } from '../contract/names.ts';

/** One promise of the contract, with the checks that test it. */
export interface Requirement {
  readonly id: RequirementId;
  readonly level: 'MUST' | 'SHOULD';
  readonly profile: Profile;
  /** The contract version that asked it first. */
  readonly since: string;
  readonly sentence: string;
  /** Where it comes from, in the contract's words. */
  readonly source: string;
  readonly checks: readonly Check[];
}

/** Every requirement, in the order of the contract. */
export const CATALOGUE: readonly Requirement[] = (Object.keys(REQUIREMENTS) as RequirementId[]).map((id) => {
  const { level, profile, since, sentence, source } = REQUIREMENTS[id];
  return {
    id,
    level: level as Requirement['level'],
    profile: profile as Profile,
    since,
    sentence,
    source,
    checks: CHECKS.filter((check) => check.requirements.includes(id)),
  };
});

/** Requirements that every published message is held to, whatever the case is about. */
export const UNIVERSAL: readonly string[] = ['MSG-001', 'MSG-002', 'TOPO-001'];

/** Give the area of a requirement: the letters before its number. */
export function areaOf(id: string): string {
  return id.split('-')[0] ?? id;
}

/** Find a requirement; undefined when the contract does not have it. */
export function findRequirement(id: string): Requirement | undefined {
  return CATALOGUE.find((requirement) => requirement.id === id.toUpperCase());
}
