import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  isStarved,
  lateBeat,
  STARVED,
  type StrainWatch,
  strainOf,
  strainWords,
} from '../../../conformance/verdict/bounds/strain.ts';
import { conformanceUnder, type Said } from '../command.ts';

describe('a late beat of the judge says that the machine starves it', () => {
  test.each([
    ['it comes when it is due', { at_ms: 1_000, due_ms: 1_000, worked_ms: 0 }, undefined],
    ['timers are not exact', { at_ms: 1_049, due_ms: 1_000, worked_ms: 0 }, undefined],
    [
      'nobody worked meanwhile',
      { at_ms: 1_900, due_ms: 1_000, worked_ms: 20 },
      { at_ms: 1_900, late_ms: 900 },
    ],
    ['the judge itself was at work', { at_ms: 1_900, due_ms: 1_000, worked_ms: 450 }, undefined],
  ])('%s', (_, beat, told) => {
    expect(lateBeat(beat)).toEqual(told);
  });
});

describe('the strain of a time', () => {
  const beats = [
    { at_ms: 2_000, late_ms: 1_000 },
    { at_ms: 5_000, late_ms: 500 },
  ];

  test('counts what lies within it', () => {
    expect(strainOf(beats, 0, 10_000)).toEqual({ span_ms: 10_000, starved_ms: 1_500, longest_ms: 1_000 });
    expect(strainOf(beats, 1_800, 4_000)).toEqual({ span_ms: 2_200, starved_ms: 200, longest_ms: 200 });
    expect(strainOf(beats, 6_000, 7_000)).toEqual({ span_ms: 1_000, starved_ms: 0, longest_ms: 0 });
  });

  test('excuses by one long stretch, or by a large part of the time', () => {
    expect(isStarved({ span_ms: 60_000, starved_ms: 3_000, longest_ms: 3_000 })).toBe(true);
    expect(isStarved({ span_ms: 10_000, starved_ms: 3_000, longest_ms: 200 })).toBe(true);
    expect(isStarved({ span_ms: 10_000, starved_ms: 2_900, longest_ms: 200 })).toBe(false);
    expect(isStarved({ span_ms: 500, starved_ms: 400, longest_ms: 400 })).toBe(false);
  });

  test('is told in figures only where a case was given up for it', () => {
    const strain = { span_ms: 80_000, starved_ms: 35_040, longest_ms: 4_200 };
    expect(strainWords(new Map([['a', 'another reason']]), strain)).toBeUndefined();
    expect(strainWords(new Map([['a', STARVED]]), strain)).toBe(
      "The machine was starved: of 80.0 s the judge waited 35.0 s for a processor, 4.2 s at a stretch. 1 case in which something went wrong is not judged, since that may be the machine's doing.",
    );
  });
});

describe('a judge that was starved all the time', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'starved-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const starved: StrainWatch = {
    between: (from_ms, to_ms) => ({
      span_ms: to_ms - from_ms,
      starved_ms: to_ms - from_ms,
      longest_ms: 9_000,
    }),
    end: () => {},
  };
  const judge = (target: string, command: string, ...more: readonly string[]): Promise<Said> =>
    conformanceUnder(
      { watchStrain: () => starved },
      command,
      ...['--target', `tests/targets/${target}/target.yaml`],
      ...more,
    );
  const refused = ['--only', 'fan-in-after-a-refused-publish'];
  const quiet = ['--seed', '7', '--no-failures'];

  test('accuses nobody of what hangs on time, says why, and ends with 3', async () => {
    const { code, out, err } = await judge('careless', 'run', ...refused, ...quiet);
    expect([code, err]).toEqual([3, expect.stringContaining(STARVED)]);
    expect(out).toContain('The machine was starved');
    expect(out).not.toContain('lost trigger');
  });

  test('still tells what is wrong at any speed', async () => {
    const { code, out } = await judge('careless', 'run', '--only', 'fan-in-in-any-order@1', ...quiet);
    expect([code, out]).toEqual([1, expect.stringContaining('invalid message')]);
  });

  test('says that a right target conforms', async () => {
    const { code } = await judge('python', 'run', ...refused, ...quiet);
    expect(code).toBe(0);
  });

  test('writes no certificate, for or against', async () => {
    const file = path.join(folder, 'careless.json');
    const { code, err } = await judge('careless', 'certify', ...refused, '--minutes', '0', '--out', file);
    expect([code, err]).toEqual([3, expect.stringContaining('no certificate is written')]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
