import { describe, expect, test } from 'vitest';
import { ContractProblems, readContract } from '../../../scripts/contract/contract.ts';
import { lintContract, lintHouse } from '../../../scripts/contract/lint.ts';
import { isCronField } from '../../../scripts/contract/rules/platform/schedules.ts';
import { retryBudgetSeconds } from '../../../scripts/contract/rules/subscriptions.ts';
import { editedContract, lineText, realContract } from '../edited-contract.ts';

const SUBSCRIPTION = 'nba-phase4-trigger-sub';
const SCHEDULE = 'phase5-retry-1';

describe('the contract of this repository', () => {
  test('keeps AsyncAPI 3.0 and every house rule', async () => {
    expect(await lintContract(realContract())).toEqual([]);
  });
});

describe('the whole lint', () => {
  test('reports what the AsyncAPI parser finds, with its line', async () => {
    const broken = editedContract((document) =>
      document.setIn(['operations', 'phase2Raw.send.phase2RawComplete', 'action'], 'shout'),
    );
    const [problem] = await lintContract(broken);
    expect(problem?.what).toContain(
      'expected AsyncAPI 3.0, but at operations.phase2Raw.send.phase2RawComplete',
    );
    expect(lineText(broken, problem?.line ?? 0)).toContain('shout');
  });

  test('writes each problem as file, line, what is wrong and what to do, in the order of the lines', () => {
    const contract = editedContract((document) => {
      document.setIn(['x-schedules', SCHEDULE, 'cron'], '15 25 * * *');
      document.setIn(['x-subscriptions', SUBSCRIPTION, 'push_path'], null);
    });
    const problems = lintHouse(contract);
    expect(problems.map(({ line }) => line)).toEqual(
      [...problems.map(({ line }) => line)].sort((a, b) => a - b),
    );
    expect(new ContractProblems('asyncapi.yaml', problems).message).toMatch(
      /^asyncapi\.yaml:\d+: expected a push_path .+; correct push_path.+\nasyncapi\.yaml:\d+: expected hour .+; write \*/,
    );
  });

  test('names the line that repeats what no line above has named, in a list and in a merge', () => {
    const read = () => readContract('a: *b\nc:\n  <<: *d\nb: &b 1\n', 'asyncapi.yaml');
    expect(read).toThrow('asyncapi.yaml:1: expected &b above, since *b repeats what it names');
    expect(read).toThrow('asyncapi.yaml:3: expected &d above');
  });

  test('names the line of a text that is not YAML', () => {
    const read = () => readContract('asyncapi: 3.0.0\ninfo: {title: "open\n', 'asyncapi.yaml');
    expect(read).toThrow(ContractProblems);
    expect(read).toThrow(/^asyncapi\.yaml:\d+: expected YAML, but .+; correct the indentation/);
  });

  test('refuses a text that is no mapping', () => {
    expect(() => readContract('just words', 'asyncapi.yaml')).toThrow('asyncapi.yaml:1: expected a mapping');
  });
});

describe('the arithmetic of retries and cron fields', () => {
  test('doubles the wait up to the maximum, and waits once less than it tries', () => {
    expect(retryBudgetSeconds(60, 600, 5)).toBe(60 + 120 + 240 + 480);
    expect(retryBudgetSeconds(60, 100, 5)).toBe(60 + 100 + 100 + 100);
    expect(retryBudgetSeconds(0, 600, 100)).toBe(0);
  });

  test.each(['*', '*/15', '0', '0-30', '0-30/5', '1,2,59'])('takes the minute %s', (text) => {
    expect(isCronField(text, 0, 59)).toBe(true);
  });

  test.each(['', '60', '30-10', '*/0', '*/90', 'x', '1,', '-1', '5-'])('refuses the minute "%s"', (text) => {
    expect(isCronField(text, 0, 59)).toBe(false);
  });
});
