import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import { COMPONENT_NAMES } from '../../../conformance/contract/names.ts';
import { passageOf } from '../../../conformance/project/roads/passage.ts';
import { ROWS } from '../../../conformance/project/roads/table.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import type { Target } from '../../../conformance/targets/description.ts';
import { loadTarget, readTarget } from '../../../conformance/targets/load.ts';
import { obstacleOf, untested } from '../../../conformance/verdict/applicability.ts';

const REFERENCE = loadTarget('conformance/targets/reference.yaml');
const urls = Object.fromEntries(COMPONENT_NAMES.map((name) => [name, `https://${name}.example`]));

function inProject(changed: Partial<Target['project']>): Target {
  return { ...REFERENCE, project: { ...REFERENCE.project, ...changed } };
}

function passage(name: string, target: Target): string {
  const check = CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`${name} is no check`);
  const found = passageOf(check, target);
  return 'road' in found ? found.road : found.obstacle;
}

describe('the road of a check in a project', () => {
  const whole = inProject({ urls, scrapes_reserved_dates: true });
  test('leads over the topics where no answer is read, with and without URLs', () => {
    for (const target of [whole, inProject({})]) {
      expect(passage('fan-in-in-any-order', target)).toBe('topics');
      expect(passage('skip-downstream-to-phase4-orchestrator', target)).toBe('topics');
    }
  });
  test('leads to the component where answers are read, if there is a URL', () => {
    expect(passage('invalid-messages-to-phase4-orchestrator', whole)).toBe('direct');
    expect(passage('invalid-messages-to-phase4-orchestrator', inProject({}))).toContain('a URL leads there');
  });
  test('needs scrapers that find games on reserved dates for a whole date', () => {
    expect(passage('one-date-through-all-phases', whole)).toBe('topics');
    expect(passage('one-date-through-all-phases', inProject({ urls }))).toContain('scrapes_reserved_dates');
  });
  test.each([
    ['refused-publish-of-phase3-to-phase4-orchestrator', 'control over single calls'],
    ['every-order-of-the-last-two-completions', 'control over single calls'],
    ['restart-in-the-middle-of-a-batch', 'ends or starts instances'],
    ['duplicates-to-phase2-raw', 'holds messages back'],
    ['results-that-do-not-belong', 'holds messages back'],
    ['scheduler-start-without-body', 'today, whose games are real'],
    ['idle-sweeps-of-phase4-orchestrator', 'every date of the project'],
    ['impossible-dates-to-phase4-orchestrator', 'no reserved date'],
  ])('%s has none, and the reason says why', (name, reason) => {
    expect(passage(name, whole)).toContain(reason);
  });
  test('a check that nobody has thought of is not run', () => {
    const check = CHECKS.find(({ name }) => name === 'fan-in-in-any-order');
    if (check === undefined) throw new Error('the fan-in has no check');
    expect(passageOf({ ...check, name: 'a-check-of-tomorrow' }, whole)).toEqual({
      obstacle: expect.stringContaining('no road leads it'),
    });
  });
  test('every row of the table is about a check that there is', () => {
    for (const { names } of ROWS)
      expect(
        CHECKS.some(({ name }) => names.test(name)),
        String(names),
      ).toBe(true);
  });
});

describe('a requirement that no road leads to', () => {
  const target = inProject({ urls, scrapes_reserved_dates: true });
  test('is not applicable in a project, with its reason, and never a failure of the target', () => {
    for (const requirement of CATALOGUE) {
      const runnable = CHECKS.filter((check) => obstacleOf(check, target, 'project') === undefined);
      if (requirement.checks.some((check) => runnable.includes(check))) continue;
      const { result, reason } = untested(requirement, target, 'project');
      expect({ id: requirement.id, result }).toEqual({ id: requirement.id, result: 'not_applicable' });
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});

describe('a component that is only deployed', () => {
  const target = readTarget(
    'deployed.yaml',
    'name: deployed\nprofiles: [message, fan-in]\ncomponents: { phase3-to-phase4-orchestrator: { deployed: true } }\n',
  );
  const check = CHECKS.find(({ name }) => name === 'fan-in-in-any-order');
  if (check === undefined) throw new Error('the fan-in has no check');
  test('is judged in a project and nowhere else', () => {
    expect(obstacleOf(check, target, 'project')).toBeUndefined();
    expect(obstacleOf(check, target, 'embedded')).toMatchObject({ kind: 'component' });
  });
});
