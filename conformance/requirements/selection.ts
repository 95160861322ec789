import type { Check } from '../checks/check.ts';
import { CATALOGUE, type Requirement } from './catalogue.ts';
import { PROFILES } from './names.ts';

/** A choice that selects nothing, or is no choice; the message says what can be chosen. */
export class SelectionError extends Error {}

/** What to judge. */
export interface Selection {
  /** Requirement ids or check names, `*` standing for anything; empty for all. */
  readonly only: readonly string[];
  readonly profiles: readonly string[];
}

/** What is judged: requirements, and the checks that are run for them. */
export interface Selected {
  readonly requirements: readonly Requirement[];
  readonly checks: readonly Check[];
}

/**
 * Select requirements and checks.
 *
 * A pattern that matches a check's name selects that check alone, with all its requirements.
 *
 * @throws {SelectionError} when a pattern or profile matches nothing.
 */
export function select(selection: Selection): Selected {
  for (const profile of selection.profiles) requireProfile(profile);
  const requirements = CATALOGUE.filter(
    ({ profile }) => selection.profiles.length === 0 || selection.profiles.includes(profile),
  );
  if (selection.only.length === 0) return { requirements, checks: checksOf(requirements) };

  const chosen = new Set<Requirement>();
  const checks = new Set<Check>();
  for (const pattern of selection.only) {
    const matches = wildcard(pattern);
    const ids = requirements.filter(({ id }) => matches.test(id));
    const named = checksOf(requirements).filter(({ name }) => matches.test(name));
    if (ids.length + named.length === 0) {
      throw new SelectionError(
        `--only "${pattern}" matches no requirement and no check; see "conformance list" (ids look like FANIN-001 or FANIN-*)`,
      );
    }
    for (const requirement of ids) {
      chosen.add(requirement);
      for (const check of requirement.checks) checks.add(check);
    }
    for (const check of named) {
      checks.add(check);
      for (const requirement of requirements.filter((one) => one.checks.includes(check)))
        chosen.add(requirement);
    }
  }
  return {
    requirements: CATALOGUE.filter((requirement) => chosen.has(requirement)),
    checks: checksOf(CATALOGUE).filter((check) => checks.has(check)),
  };
}

function checksOf(requirements: readonly Requirement[]): readonly Check[] {
  return [...new Set(requirements.flatMap(({ checks }) => checks))];
}

function requireProfile(profile: string): void {
  if ((PROFILES as readonly string[]).includes(profile)) return;
  throw new SelectionError(`--profile "${profile}" is not one of ${PROFILES.join(', ')}`);
}

/** Make a pattern in which `*` stands for anything, upper and lower case alike. */
function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'i');
}
