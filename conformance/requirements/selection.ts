import type { Check } from '../checks/check.ts';
import { PROFILES, type Profile } from '../contract/names.ts';
import { CATALOGUE, type Requirement, UNIVERSAL } from './catalogue.ts';

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
  /** Checks that were asked for by name; whatever they show is told. Default none. */
  readonly named?: ReadonlySet<Check>;
  /** Rounds that were asked for, where not all of them. */
  readonly rounds?: ReadonlyMap<Check, ReadonlySet<number>>;
}

/**
 * Select requirements and checks.
 *
 * A pattern that matches a check's name selects that check alone, with all its requirements and those that every message is
 * held to; `name@2` selects its second round alone.
 *
 * @throws {SelectionError} when a pattern or profile matches nothing.
 */
export function select(selection: Selection): Selected {
  const profiles = selection.profiles.flatMap(profilesLike);
  const requirements = CATALOGUE.filter(
    ({ profile }) => selection.profiles.length === 0 || profiles.includes(profile),
  );
  if (selection.only.length === 0) return { requirements, checks: checksOf(requirements) };

  const chosen = new Set<Requirement>();
  const checks = new Set<Check>();
  const rounds = new Map<Check, Set<number>>();
  const whole = new Set<Check>();
  for (const pattern_and_round of selection.only) {
    const { pattern, round } = splitRound(pattern_and_round);
    const matches = wildcard(pattern);
    const ids = requirements.filter(({ id }) => matches(id));
    const named = checksOf(requirements).filter(({ name }) => matches(name));
    if (ids.length + named.length === 0) {
      throw new SelectionError(
        `--only "${pattern}" matches no requirement and no check; see "conformance list" (ids look like FANIN-001 or FANIN-*)`,
      );
    }
    for (const requirement of ids) {
      chosen.add(requirement);
      for (const check of requirement.checks) whole.add(check);
    }
    for (const check of named) {
      if (round === null) whole.add(check);
      else rounds.set(check, (rounds.get(check) ?? new Set()).add(requireRound(check, round)));
      checks.add(check);
      for (const requirement of requirements) {
        if (requirement.checks.includes(check) || UNIVERSAL.includes(requirement.id)) chosen.add(requirement);
      }
    }
  }
  for (const check of whole) rounds.delete(check);
  return {
    requirements: CATALOGUE.filter((requirement) => chosen.has(requirement)),
    checks: checksOf(CATALOGUE).filter((check) => checks.has(check) || whole.has(check)),
    named: checks,
    rounds,
  };
}

function checksOf(requirements: readonly Requirement[]): readonly Check[] {
  return [...new Set(requirements.flatMap(({ checks }) => checks))];
}

function profilesLike(pattern: string): readonly Profile[] {
  const matches = wildcard(pattern);
  const found = PROFILES.filter((profile) => matches(profile));
  if (found.length > 0) return found;
  throw new SelectionError(`--profile "${pattern}" is not one of ${PROFILES.join(', ')}`);
}

function splitRound(text: string): { readonly pattern: string; readonly round: number | null } {
  const [, pattern, round] = /^(.*)@([1-9]\d*)$/.exec(text) ?? [];
  return pattern === undefined ? { pattern: text, round: null } : { pattern, round: Number(round) };
}

function requireRound({ name, rounds = 1 }: Check, round: number): number {
  if (round <= rounds) return round;
  throw new SelectionError(`--only "${name}@${round}": expected a round from 1 to ${rounds}`);
}

/**
 * Make a pattern in which `*` stands for anything, upper and lower case alike. Each part takes the first place that it finds, so
 * that no pattern takes long, whoever wrote it.
 */
function wildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  const last = others.pop();
  return (given) => {
    const text = given.toLowerCase();
    if (last === undefined) return text === first;
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const part of others) {
      const place = text.indexOf(part, from);
      if (place < 0) return false;
      from = place + part.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}
