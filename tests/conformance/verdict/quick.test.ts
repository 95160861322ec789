import { describe, expect, test } from 'vitest';
import type { Check } from '../../../conformance/checks/check.ts';
import { planQuick } from '../../../conformance/verdict/running/quick.ts';
import { CHECK } from './requirements/tried.ts';

describe('a quick run', () => {
  const check = (name: string, rest: Partial<Check>): Check => ({ ...CHECK, name, rounds: 1, ...rest });
  const faulty = check('faulty', { needs: ['store-faults'] });
  const exploring = check('exploring', { needs: ['interleavings'] });
  const alone = check('alone', { exclusive: true });
  const wide = check('wide', { components: ['phase3-to-phase4-orchestrator', 'phase5-worker'] });
  const coordinator = check('coordinator', {
    profile: 'coordinator',
    components: ['phase5-coordinator'],
    requirements: ['COORD-001'],
  });
  test('tries the first round of something of every profile, and starts as little as possible', () => {
    const all = [faulty, exploring, alone, wide, CHECK, coordinator];
    const cases = planQuick(all, all);
    expect(cases.map(({ check, round }) => [check.name, round])).toEqual([
      ['invented', 1],
      ['coordinator', 1],
    ]);
  });
  test('leaves out checks that cannot be run', () => {
    expect(planQuick([CHECK, coordinator], [coordinator]).map(({ check }) => check.name)).toEqual([
      'coordinator',
    ]);
  });
});
