import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { say } from '../../../reference/cli/terminal.ts';

let out = '';
const { isColorSupported } = picocolors;
beforeEach(() => {
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
});
afterEach(() => {
  picocolors.isColorSupported = isColorSupported;
  vi.restoreAllMocks();
});

const LINE = '\u001b[31mfailed\u001b[39m: \u001b]0;owned\u0007 and \u001b[2J';

describe('a line on the terminal', () => {
  test('keeps the colours of this program, and shows every other control character as its escape', () => {
    picocolors.isColorSupported = true;
    say(LINE);
    expect(out).toBe('\u001b[31mfailed\u001b[39m: \\u001b]0;owned\\u0007 and \\u001b[2J\n');
  });

  test('has no control character at all where there are no colours', () => {
    picocolors.isColorSupported = false;
    say(LINE);
    expect(out).toBe('\\u001b[31mfailed\\u001b[39m: \\u001b]0;owned\\u0007 and \\u001b[2J\n');
  });
});
