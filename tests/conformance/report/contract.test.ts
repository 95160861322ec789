import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { PROFILES } from '../../../conformance/contract/names.ts';
import { CATALOGUE, findRequirement } from '../../../conformance/requirements/catalogue.ts';
import { SelectionError, select } from '../../../conformance/requirements/selection.ts';
import { REQUIREMENT_CHECKS } from '../../../generated/requirement-checks.ts';

describe('the contract and the checks agree', () => {
  test.each(CATALOGUE.map((requirement) => [requirement.id, requirement] as const))(
    '%s has a check that tests it, and generated/ lists each',
    (id, requirement) => {
      expect(REQUIREMENT_CHECKS[id]).toEqual(requirement.checks.map(({ name }) => name));
      expect(requirement.checks.length).toBeGreaterThan(0);
    },
  );
  test('every check tests a requirement of the contract, and names are unique and in kebab-case', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
    for (const check of CHECKS) {
      expect(check.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(check.requirements.length).toBeGreaterThan(0);
      for (const id of check.requirements) expect(findRequirement(id)).toBeDefined();
    }
  });
  test('every profile has requirements', () => {
    const used = new Set(CATALOGUE.map(({ profile }) => profile));
    expect(PROFILES.filter((profile) => !used.has(profile))).toEqual([]);
  });
});

describe('selection', () => {
  test('by id, by pattern, by check and by profile', () => {
    expect(select({ only: ['fanin-003'], profiles: [] }).requirements.map(({ id }) => id)).toEqual([
      'FANIN-003',
    ]);
    const all = select({ only: ['FANIN-*'], profiles: [] });
    expect(all.requirements.length).toBeGreaterThanOrEqual(13);
    const one = select({ only: ['fan-in-in-any-order'], profiles: [] });
    expect(one.checks.map(({ name }) => name)).toEqual(['fan-in-in-any-order']);
    expect(one.requirements.map(({ id }) => id)).toContain('FANIN-009');
    const cascade = select({ only: [], profiles: ['cascade'] });
    expect(cascade.requirements.every(({ profile }) => profile === 'cascade')).toBe(true);
    expect(select({ only: [], profiles: [] }).requirements.length).toBe(CATALOGUE.length);
  });
  test('refuses what matches nothing', () => {
    expect(() => select({ only: ['NOPE-001'], profiles: [] })).toThrow(SelectionError);
    expect(() => select({ only: [], profiles: ['phase-9'] })).toThrow('--profile "phase-9" is not one of');
  });
});
