import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../../conformance/checks/all.ts';
import { badgeOf } from '../../../../conformance/reports/badge.ts';
import { CATALOGUE } from '../../../../conformance/requirements/catalogue.ts';
import { notOffered, shortfallOf } from '../../../../conformance/requirements/features.ts';
import { readTarget } from '../../../../conformance/targets/load.ts';
import { obstacleOf, untested } from '../../../../conformance/verdict/applicability.ts';
import { decideVerdicts } from '../../../../conformance/verdict/verdict.ts';
import { CASES, requirement, triedCases } from './tried.ts';

const FILE = `name: mine
profiles: [message, phase-4, fan-in, cascade, coordinator, state]
components:
  phase3-to-phase4-orchestrator: { command: [a] }
  phase4-orchestrator: { command: [a] }
  phase4-precompute: { command: [a] }
  phase5-coordinator: { command: [a] }
hooks:
  seed_feature_store: { command: [a] }
`;
const whole = readTarget('mine.yaml', FILE);
const lesser = readTarget('mine.yaml', `${FILE}has: { sweep: false, runs: false }\n`);

describe('what a target does not offer', () => {
  test('is offered where the file says nothing', () => {
    expect(whole.has).toEqual({ sweep: true, runs: true });
    expect(CATALOGUE.filter((one) => notOffered(one, whole) !== undefined)).toEqual([]);
    expect(shortfallOf(whole)).toEqual([]);
  });

  test('takes out every requirement whose sentence begins with the sweep, and no other by it', () => {
    const named = CATALOGUE.filter(({ sentence }) => /^(A|The) sweep /.test(sentence)).map(({ id }) => id);
    const out = CATALOGUE.filter((one) => notOffered(one, lesser) === 'not offered: a sweep');
    expect(out.map(({ id }) => id)).toEqual(named);
    expect(named.length).toBe(6);
  });

  test('is never a pass, a failure or a known difference, whatever the cases show', () => {
    const requirements = CATALOGUE.filter((one) => notOffered(one, lesser) !== undefined);
    const extent = { planned: CASES, possible: CASES, cut_short: null, left_out: '' };
    const broken = triedCases([['FANIN-012']], [['FANIN-012']], [['FANIN-012']]);
    const [sweep] = decideVerdicts([requirement('FANIN-012')], broken, whole, 'embedded', extent);
    expect(sweep?.result).toBe('failed');
    const known = { ...lesser, known_differences: [{ requirement: 'FANIN-012', reason: 'no sweep yet' }] };
    const verdicts = decideVerdicts(requirements, broken, known, 'embedded', extent);
    expect(new Set(verdicts.map(({ result }) => result))).toEqual(new Set(['not_applicable']));
    expect(verdicts.every(({ reason }) => reason?.startsWith('not offered: '))).toBe(true);
  });

  test('keeps its checks from being run, and the report of a requirement that had others says so', () => {
    const kept = CHECKS.filter((check) => obstacleOf(check, lesser, 'embedded')?.kind === 'feature');
    expect(kept.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sweep-of-phase3-to-phase4-orchestrator', 'fan-in-of-two-runs']),
    );
    expect(kept.some((check) => obstacleOf(check, whole, 'embedded') !== undefined)).toBe(false);
  });

  test('takes a requirement along of which every check needs it', () => {
    expect(untested(requirement('STATE-005'), lesser, 'embedded')).toEqual({
      result: 'not_applicable',
      reason: 'not offered: second runs of a date',
    });
  });

  test('is told by the badge', () => {
    const facts = { contract: '1.0.0', verdict: 'conforms', is_whole: true, passed: 3, failed: 0 } as const;
    expect(badgeOf(facts).message).toBe('conforms');
    expect(badgeOf({ ...facts, without: shortfallOf(lesser) }).message).toBe(
      'conforms, without a sweep and second runs of a date',
    );
  });

  test('is told in words, with fields that are called otherwise', () => {
    const renamed = readTarget('mine.yaml', `${FILE}names: { fields: { correlation_id: trace_id } }\n`);
    expect(shortfallOf(lesser)).toEqual(['a sweep', 'second runs of a date']);
    expect(shortfallOf(renamed)).toEqual(["the contract's name of correlation_id (called trace_id)"]);
  });
});
