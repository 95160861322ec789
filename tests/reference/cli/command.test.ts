import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../../reference/cli/main.ts';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('pipeline', () => {
  test('--help names every command and exits with 0', async () => {
    expect(await main(['--help'])).toBe(0);
    expect(out).toMatch(/run \[options\].*cloud \[options\]/s);
  });

  test('a flag that does not exist exits with 2 and says where help is', async () => {
    expect(await main(['run', '--dat', '2024-01-15'])).toBe(2);
    expect(err).toContain("unknown option '--dat'");
    expect(err).toContain('--help');
  });

  test('a date without figures exits with 2 and names the dates that have some', async () => {
    expect(await main(['run', '--date', '2024-01-15'])).toBe(2);
    expect(err).toContain(
      '[UNKNOWN_GAME_DATE] game_date must be a date with figures (2024-01-16), got "2024-01-15"',
    );
  });

  test('a port that is none exits with 2', async () => {
    expect(await main(['cloud', '--pubsub-port', '99999'])).toBe(2);
    expect(err).toContain('whole number from 0 to 65535');
  });
});

describe('LIVE-001 pipeline run carries the real date through all five phases', () => {
  test('--json gives date, predictions, phases, orchestrators and a trace to six scrapers', async () => {
    expect(await main(['run', '--json'])).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ game_date: '2024-01-16', done: true, predictions: 229 });
    expect(report.phases.map(({ name, runs }: { name: string; runs: number }) => [name, runs])).toEqual([
      ['phase_1_scrapers', 6],
      ['phase_2_raw', 6],
      ['phase_3_analytics', 5],
      ['phase_4_precompute', 5],
      ['phase_5_predictions', 230],
    ]);
    const scrapers = JSON.stringify(report.trace).match(/"phase":"phase_1_scrapers"/g) ?? [];
    expect(scrapers.length).toBeGreaterThanOrEqual(6);
    expect(report.orchestrators.map(({ completed }: { completed: string[] }) => completed.length)).toEqual([
      5, 5,
    ]);
  }, 120_000);

  test('BACK-001 --backfill loads the raw tables and sends nothing downstream', async () => {
    expect(await main(['run', '--backfill'])).toBe(0);
    expect(out).toMatch(/Phase 1 {2}scrapers +6 runs/);
    expect(out).toMatch(/Phase 2 {2}raw tables +6 tables loaded, nothing was sent/);
    expect(out).toMatch(/Phase 3 {2}analytics +0 runs +nothing was sent/);
    expect(out).toContain('phase3_completion/2024-01-16  does not exist');
    expect(out).toContain('nothing was sent downstream');
  }, 120_000);
});
