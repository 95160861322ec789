import { describe, expect, test } from 'vitest';
import { adviceFor, type FailedStart } from '../../../../conformance/targets/processes/ready.ts';

const LATE: FailedStart = {
  command: ['python3', 'serve.py'],
  how: 'was not ready within 30 s',
  lines: [],
  waits_for_line: true,
};

describe('a program that does not become ready: what to do', () => {
  test.each<[string, Partial<FailedStart>, string]>([
    [
      'a typing error',
      { how: 'could not be started: there is no program "pyhton3"' },
      'install python3, or correct "command"',
    ],
    ['a taken port', { lines: ['OSError: [Errno 98] Address already in use'] }, 'the variable PORT names'],
    [
      'a missing package',
      { lines: ["ModuleNotFoundError: No module named 'flask'"] },
      'make flask known to "python3"',
    ],
    ['a missing package of Node', { lines: ["Error: Cannot find module 'express'"] }, 'make express known'],
    ['silence', {}, 'flush it'],
    ['a line that tells nothing', { lines: ['hello'] }, 'let "ready" name the line'],
  ])('%s', (_, differing, words) => {
    expect(adviceFor({ ...LATE, ...differing })).toContain(words);
  });

  test.each([
    ['Server running at http://127.0.0.1:44643', '127.0.0.1:1', 'http://127.0.0.1:1'],
    ['2026-01-02 10:11:12 [7] INFO Listening at: http://127.0.0.1:8080 (7)', '', 'http://127.0.0.1:8080'],
    ["It's up (really) at https://127.0.0.1:1", '', undefined],
    ['App listening on port 8080', '', undefined],
  ])('the pattern that it proposes for "%s" matches it', (line, _, url) => {
    const advice = adviceFor({ ...LATE, lines: ['before', line] });
    const [, pattern = ''] = /stdout: '(.*)' \}$/.exec(advice) ?? [];
    const match = new RegExp(pattern).exec(line.replace('44643', '1').replace('https', 'http'));
    expect(match).not.toBeNull();
    if (url !== undefined) expect(match?.groups?.['url']).toBe(url);
  });

  test('nothing is advised where the last words alone can tell', () => {
    expect(adviceFor({ ...LATE, how: 'ended with exit code 1', lines: ['boom'] })).toBe('');
    expect(adviceFor({ ...LATE, waits_for_line: false })).toBe('');
  });
});
