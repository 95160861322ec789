import { describe, expect, test, vi } from 'vitest';
import { main } from '../../reference/cli/main.ts';

async function run(...args: string[]) {
  let text = '';
  const hear = (said: unknown): boolean => {
    text += String(said);
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(hear);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(hear);
  try {
    return { exit_code: await main(args), text };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

const COMMANDS = [
  ['status'],
  ['trace'],
  ['trigger'],
  ['rerun'],
  ['dead-letters', 'list'],
  ['dead-letters', 'show'],
  ['dead-letters', 'replay'],
  ['backfill'],
];

describe('the operating commands', () => {
  test.each([...COMMANDS, ['serve']].map((command) => [command.join(' '), command] as const))(
    '%s --help shows examples and exit codes, and exits with 0',
    async (name, command) => {
      const { exit_code, text } = await run(...command, '--help');
      expect(exit_code).toBe(0);
      expect(text).toContain('Examples:');
      expect(text).toContain(`npx pipeline ${name}`);
      expect(text).toContain('Exit codes: 0');
    },
  );

  test.each(COMMANDS.map((command) => [command.join(' '), command] as const))(
    '%s takes project, address and --json like every other',
    async (_, command) => {
      const { text } = await run(...command, '--help');
      for (const flag of ['--project <id>', '--url <component=url>', '--region <region>', '--json']) {
        expect(text).toContain(flag);
      }
    },
  );

  test.each([
    [['status'], "required option '--date <YYYY-MM-DD>' not specified"],
    [['status', '--date', '2024-02-30'], 'it must be a calendar day written YYYY-MM-DD'],
    [['status', '--date', '15.01.2024'], 'it must be a calendar day written YYYY-MM-DD'],
    [['status', '--date', '2024-01-16', '--run', '0'], 'it must be a whole number above 0'],
    [['trigger', '6', '--date', '2024-01-16'], 'Allowed choices are 1, 2, 3, fan-in'],
    [['trigger', '3', '--project', 'p'], 'trigger 3 needs --date YYYY-MM-DD'],
    [['trace', '--project', 'p'], 'trace needs an id, or --date'],
    [['dead-letters', 'replay', '--project', 'p'], 'replay needs --message ID or --all'],
    [['dead-letters', 'list', '--project', 'p', '--topic', 'nobody'], '--topic must be one of nba-phase1'],
    [
      ['trigger', 'sweep', '--project', 'p', '--url', 'nobody=http://x'],
      'must be written component=https://',
    ],
  ])('%j exits with 2 and says what is wrong', async (args, says) => {
    const { exit_code, text } = await run(...args);
    expect(text).toContain(says);
    expect(exit_code).toBe(2);
  });
});
