import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMPONENT_NAMES } from '../../conformance/contract/names.ts';
import { REFERENCE, subjectOf } from './drawing/subject.ts';
import type { Coverage } from './judging/coverage.ts';
import { createReach, type OrderedCase, stagesOf } from './judging/order.ts';
import { ACTIVE_MUTANT, casesOf, targetOf } from './judging/target.ts';

const FAN_IN = 'phase3-to-phase4-orchestrator';
const RAW = 'phase2-raw';

function caseOf(name: string, ...components: OrderedCase['check']['components']): OrderedCase {
  return { name, check: { name, components } };
}

const CASES = [
  caseOf('whole', FAN_IN, RAW),
  caseOf('slow', FAN_IN),
  caseOf('quick', FAN_IN),
  caseOf('raw', RAW),
];

const COVERAGE: Coverage = {
  at_start: { [RAW]: ['table'] },
  cases: {
    whole: { duration_ms: 9000, reached: { [FAN_IN]: ['door', 'decide'], [RAW]: ['door'] }, anomalies: [] },
    slow: { duration_ms: 5000, reached: { [FAN_IN]: ['door', 'decide'] }, anomalies: [] },
    quick: { duration_ms: 100, reached: { [FAN_IN]: ['door'] }, anomalies: [] },
    raw: { duration_ms: 100, reached: { [RAW]: ['door'] }, anomalies: [] },
  },
};

const names = (cases: readonly OrderedCase[]): readonly string[] => cases.map(({ name }) => name);

describe('the cases of a mutant', () => {
  const reachOf = createReach(COVERAGE, CASES);

  test('are those in which its code runs, with the components that run it', () => {
    expect(names(reachOf('decide').cases)).toEqual(['whole', 'slow']);
    expect(reachOf('decide').components).toEqual([FAN_IN]);
    expect(reachOf('door').components).toEqual([RAW, FAN_IN]);
  });

  test('are all of a component that runs its code while it starts', () => {
    expect(names(reachOf('table').cases)).toEqual(['whole', 'raw']);
  });

  test('are none when nothing runs its code', () => {
    expect(reachOf('nowhere')).toEqual({ components: [], at_start: false, cases: [] });
  });

  test('have among them each case that was never tried', () => {
    const fresh = createReach(COVERAGE, [...CASES, caseOf('new', RAW)]);
    expect(names(fresh('decide').cases)).toEqual(['whole', 'slow', 'new']);
  });
});

describe('the order of the cases', () => {
  test('begins with the component whose cases promise most, and takes whole dates last', () => {
    expect(stagesOf({ cases: CASES, at_start: false }, COVERAGE, new Map())).toEqual([
      ['quick', 'slow'],
      ['raw', 'whole'],
    ]);
  });

  test('takes first what caught most in the same time', () => {
    expect(
      stagesOf(
        { cases: CASES, at_start: false },
        COVERAGE,
        new Map([['slow', { count: 60, total_ms: 360_000 }]]),
      )[0],
    ).toEqual(['slow', 'quick']);
  });
});

describe('code that many components run', () => {
  const many = COMPONENT_NAMES.map((name, index) => caseOf(`${index}`, name));
  const coverage = { at_start: {}, cases: {} };
  const tried = (at_start: boolean) => stagesOf({ cases: many, at_start }, coverage, new Map()).flat();

  test('is judged with the three whose cases promise most, since it is the same code in each', () => {
    expect(tried(false)).toHaveLength(3);
  });

  test('is judged with a whole date too, where one component reads what another writes', () => {
    const cases = [...many, caseOf('whole date', ...COMPONENT_NAMES)];
    const stages = stagesOf({ cases, at_start: false }, coverage, new Map());
    expect(stages.flat()).toHaveLength(4);
    expect(stages.at(-1)).toContain('whole date');
  });

  test('is judged with all of them when it may be a table of which each reads another part', () => {
    expect(tried(true)).toHaveLength(COMPONENT_NAMES.length);
  });
});

describe('the target of a mutant', () => {
  const active = { [ACTIVE_MUTANT]: '7' };

  test('is the reference from programs with every mutant, of which one is switched on in every component', () => {
    const { components, directory } = targetOf({ subject: REFERENCE, root: '/programs' }, 'm', active);
    expect(path.resolve(directory)).toBe('/programs');
    expect(Object.keys(components)).toHaveLength(8);
    for (const [name, { command, environment }] of Object.entries(components)) {
      expect(command?.slice(0, 2)).toEqual(['node', '--import']);
      expect(command?.slice(3)).toEqual(['reference/services/start.mjs', name]);
      const variables = { __STRYKER_ACTIVE_MUTANT__: '7', SYSTEMATIC_COMPONENT: name, LEASE_SECONDS: '3' };
      expect(environment).toMatchObject(variables);
    }
  });

  test('of a stranger leaves the components alone that are not its own', () => {
    const { components, directory } = targetOf({ subject: subjectOf('ledger'), root: '/p' }, 'm', active);
    expect(directory).toBe('/p/tests/targets/ledger');
    expect(components[RAW]?.command?.slice(3)).toEqual(['serve.mjs', RAW]);
    expect(components[RAW]?.environment).toMatchObject(active);
    expect(components[FAN_IN]?.command).toEqual(['node', '../merging/server.mjs', FAN_IN]);
    expect(components[FAN_IN]?.environment).not.toHaveProperty(ACTIVE_MUTANT);
    expect(components['phase5-worker']?.command?.[0]).toBe('python3');
  });

  test('is tried with the cases of components of its own that it can be asked', () => {
    const components = casesOf(subjectOf('merging')).flatMap(({ check }) => check.components);
    expect(new Set(components)).toEqual(new Set([FAN_IN, 'phase4-orchestrator']));
  });
});
