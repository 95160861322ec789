import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../../scripts/contract/command/main.ts';
import { readContract } from '../../../scripts/contract/contract.ts';
import { entryProblems } from '../../../scripts/contract/records/entries.ts';
import { realContract } from '../edited-contract.ts';

const LONG = 120_000;
const FILES = [
  'asyncapi.yaml',
  'docs/monitoring.md',
  'docs/operating/failures.md',
  'scripts/traceability/statements.yaml',
];

let folder: string;
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entries-'));
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(file, join(folder, file));
  }
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const added = (...args: readonly string[]) => main(['add', ...args], folder);
/** The lines that a file has and the repository’s has not. */
const newIn = (file: string): readonly string[] => {
  const before = new Set(readFileSync(file, 'utf8').split('\n'));
  return textOf(file)
    .split('\n')
    .filter((line) => !before.has(line));
};

describe('what is added is named where people look for it, and the lint asks for it', () => {
  test(
    'an alert gets its row in both tables, with what to do',
    async () => {
      const alert = ['--alert', 'runs_empty', '--severity', 'warning', '--title', 'A run was empty'];
      const firing = [
        '--meaning',
        'A run read nothing.',
        '--event',
        'run_ended',
        '--where',
        'status=no_data',
      ];
      const told = ['--label', 'phase', '--first', '`status --date D`', '--then', 'scrape again'];
      expect(await added('alert', ...alert, ...firing, ...told)).toBe(0);
      expect(newIn('docs/monitoring.md')).toEqual([
        '| `runs_empty` | warning | A run read nothing. | `status --date D` |',
      ]);
      expect(newIn('docs/operating/failures.md')).toEqual([
        '| `runs_empty` | `status --date D` | scrape again |',
      ]);
      expect(entryProblems(readContract(textOf('asyncapi.yaml'), 'asyncapi.yaml'), textOf)).toEqual([]);
    },
    LONG,
  );

  test.each([
    ['at the end of its section', ['--section', 'Rules, fan-in'], "'Rules, cascade':"],
    ['at the end', [], undefined],
  ] as const)(
    'a requirement gets its statement %s',
    async (_where, section, next) => {
      const asked = ['--area', 'FANIN', '--profile', 'fan-in', '--source', 'docs/promises.md#the-fan-in'];
      expect(
        await added('requirement', ...asked, '--sentence', "A trigger's date is its own.", ...section),
      ).toBe(0);
      const file = 'scripts/traceability/statements.yaml';
      const [line = ''] = newIn(file);
      expect(line).toMatch(/^ {2}- \{ says: 'A trigger''s date is its own\.', by: \[FANIN-\d{3}\] \}$/);
      const lines = textOf(file).trimEnd().split('\n');
      expect(lines[lines.indexOf(line) + 2]).toBe(next);
      expect(entryProblems(readContract(textOf('asyncapi.yaml'), 'asyncapi.yaml'), textOf)).toEqual([]);
    },
    LONG,
  );

  test('what lacks its line is named with the line to paste', () => {
    const cut = (file: string): string =>
      textOf(file)
        .split('\n')
        .filter((line) => !line.startsWith('| `run_failed` |'))
        .join('\n')
        .replaceAll('FANIN-001', 'FANIN-002');
    const contract = realContract();
    const problems = entryProblems(contract, cut);
    expect(problems.map(({ what }) => what)).toEqual([
      'expected a line about run_failed in docs/monitoring.md, found none',
      'expected a line about run_failed in docs/operating/failures.md, found none',
      'expected a line about FANIN-001 in scripts/traceability/statements.yaml, found none',
    ]);
    expect(problems[0]?.line).toBe(contract.lineOf(['x-monitoring', 'alerts', 'run_failed']));
    expect(problems.map(({ paste }) => paste)).toEqual([
      expect.stringMatching(/^\| `run_failed` \| critical \| .+ \| .+ \|\n$/),
      expect.stringMatching(/^\| `run_failed` \| .+ \| .+ \|\n$/),
      expect.stringMatching(/^ {2}- \{ says: '.+', by: \[FANIN-001\] \}\n$/),
    ]);
  });

  test('a contract without these pages is asked for nothing', () => {
    expect(entryProblems(realContract(), () => undefined)).toEqual([]);
    expect(entryProblems(realContract(), () => 'another page')).toEqual([]);
  });
});
