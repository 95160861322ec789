import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import {
  isStarved,
  lateBeat,
  ranOut,
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
    expect(isStarved({ span_ms: 10_000, starved_ms: 5_000, longest_ms: 200 })).toBe(true);
    expect(isStarved({ span_ms: 10_000, starved_ms: 4_900, longest_ms: 200 })).toBe(false);
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

describe('the patience of the judge', () => {
  const deliver = (sequence: number, message_id: string) =>
    ({ kind: 'delivery', component: 'phase2-raw', message_id, sequence }) as HistoryEvent;
  const answer = (delivery: number, status: number | null) =>
    ({
      kind: 'answer',
      delivery,
      status,
      acked: status === 204,
      sequence: delivery + 1,
    }) as HistoryEvent;
  const respond = (status: number | null) =>
    ({ kind: 'response', request: 1, status, sequence: 2 }) as HistoryEvent;

  test.each([
    [
      'a message that is nacked to the end',
      [deliver(1, 'a'), answer(1, 500), deliver(3, 'a'), answer(3, 409)],
    ],
    ['a message that is never answered', [deliver(1, 'a'), answer(1, null)]],
    ['a call that is never answered', [respond(null)]],
  ])('runs out with %s', (_, history) => {
    expect(ranOut(history)).toBe(true);
  });

  test.each([
    [
      'a message that is acked in the end',
      [deliver(1, 'a'), answer(1, 500), deliver(3, 'a'), answer(3, 204)],
    ],
    ['an invalid one that is refused', [deliver(1, 'a'), answer(1, 400)]],
    ['a call that is answered', [respond(503)]],
  ])('holds with %s', (_, history) => {
    expect(ranOut(history)).toBe(false);
  });
});

/** A case in which the judge's patience runs out takes that long. */
const PATIENCE_MS = 90_000;

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
    conformanceUnder({ watchStrain: () => starved }, command, ...['--target', target], ...more);
  const of = (name: string): string => `tests/targets/${name}/target.yaml`;
  const refusing = path.join(folder, 'target.json');
  const monster = path.resolve('tests/monsters/monster.mjs');
  const fan_in = 'phase3-to-phase4-orchestrator';
  writeFileSync(
    refusing,
    JSON.stringify({
      name: 'refuses-everything',
      profiles: ['message', 'fan-in'],
      recovery_seconds: 1,
      components: { [fan_in]: { command: ['node', monster, 'answers-500', fan_in] } },
    }),
  );
  const refused = ['--only', 'fan-in-after-a-refused-publish'];
  const quiet = ['--seed', '7', '--no-failures'];

  test(
    'accuses nobody of what did not come, says why, and ends with 3',
    async () => {
      const { code, out, err } = await judge(refusing, 'run', ...refused, ...quiet);
      expect([code, err]).toEqual([3, expect.stringContaining(STARVED)]);
      expect(out).toContain('The machine was starved');
      expect(out).not.toContain('refused message');
    },
    PATIENCE_MS,
  );

  test('tells what is lost although everything was acked, since no time brings it', async () => {
    const { code, out } = await judge(of('careless'), 'run', ...refused, ...quiet);
    expect([code, out]).toEqual([1, expect.stringContaining('lost trigger')]);
  });

  test('still tells what is wrong at any speed', async () => {
    const { code, out } = await judge(of('careless'), 'run', '--only', 'fan-in-in-any-order@1', ...quiet);
    expect([code, out]).toEqual([1, expect.stringContaining('invalid message')]);
  });

  test('says that a right target conforms', async () => {
    const { code } = await judge(of('python'), 'run', ...refused, ...quiet);
    expect(code).toBe(0);
  });

  test(
    'writes no certificate, for or against',
    async () => {
      const file = path.join(folder, 'certificate.json');
      const { code, err } = await judge(refusing, 'certify', ...refused, '--minutes', '0', '--out', file);
      expect([code, err]).toEqual([3, expect.stringContaining('no certificate is written')]);
      expect(readdirSync(folder)).toEqual(['target.json']);
    },
    PATIENCE_MS,
  );
});
