import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { History } from '../../../conformance/history/events.ts';
import { toJsonLines } from '../../../conformance/history/json-lines.ts';
import { judgeRecording } from '../../../conformance/recordings/recording.ts';
import { conformance } from '../command.ts';
import { heard, night, setOf } from './night.ts';

const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';
const LONG = 100_000;

/** Every verdict that is not a pass, by id; of a broken one the anomalies with their date. */
function told(recording: History, check?: string) {
  const { verdicts } = judgeRecording(recording, check);
  return Object.fromEntries(
    verdicts
      .filter(({ result }) => result !== 'passed')
      .map(({ requirement, result, anomalies, reason }) => [
        requirement.id,
        result === 'failed' ? anomalies.map((one) => `${one.anomaly}, ${one.case}`) : reason,
      ]),
  );
}

const monday = setOf(1, MONDAY);
const tuesday = setOf(1, TUESDAY);
const cascade = setOf(2, MONDAY);
const RIGHT = [...monday.set, monday.trigger, ...cascade.set, cascade.trigger];

describe('a right night shows no broken promise', () => {
  test('in the order of its publish times, and each message is there twice', () => {
    expect(told(night([...RIGHT, ...RIGHT], LONG))).toEqual({});
    expect(judgeRecording(night(RIGHT, LONG), undefined).standings).toEqual([
      `${MONDAY} run 1: level 1 triggered (#6); level 2 triggered (#10); level 3 waits for player_composite_factors (3 of 4 are complete)`,
    ]);
  });
  test('in any order of a file that has no publish times, two dates mixed', () => {
    const seed = Date.now() % 1_000_000;
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...RIGHT, ...tuesday.set, tuesday.trigger], { minLength: 16, maxLength: 16 }),
        (messages) => {
          expect(told(night(messages))).toEqual({});
        },
      ),
      { numRuns: 30, seed },
    );
  });
  test('when topics are a moment apart, and when a publish was repeated', () => {
    const [last, ...others] = [...monday.set].reverse();
    if (last === undefined) throw new Error('a set has members');
    const repeated = heard(monday.trigger.topic, monday.trigger.message);
    const mixed = [...others, monday.trigger, last, ...cascade.set, cascade.trigger, repeated];
    expect(told(night(mixed, LONG, 0.1))).toEqual({});
  });
});

describe('what is wrong is told of its date alone', () => {
  test('a missing trigger, of each date that misses it', () => {
    expect(told(night([...monday.set, monday.trigger, ...tuesday.set], LONG))).toMatchObject({
      'FANIN-001': [`lost trigger, ${TUESDAY} run 1`],
    });
    const both = told(night([...monday.set, ...tuesday.set]), 'fan-in-in-any-order');
    expect(both['FANIN-001']).toEqual([`lost trigger, ${MONDAY} run 1`, `lost trigger, ${TUESDAY} run 1`]);
  });
  test('two triggers under different ids', () => {
    const other = heard(monday.trigger.topic, {
      ...monday.trigger.message,
      execution_id: crypto.randomUUID(),
    });
    expect(told(night([...monday.set, monday.trigger, other], LONG))).toMatchObject({
      'FANIN-002': [`double trigger, ${MONDAY} run 1`],
    });
  });
  test('a trigger that did not wait for the last, whether the last came later or never', () => {
    const early = [...monday.set.slice(0, 4), monday.early(4)];
    for (const messages of [early, [...early, ...monday.set.slice(4)]]) {
      expect(told(night(messages, LONG))).toMatchObject({
        'FANIN-003': [`early trigger, ${MONDAY} run 1`],
        'FANIN-010': [`broken correlation, ${MONDAY} run 1`],
      });
    }
  });
  test('a trigger that lists a run which was published long after it', () => {
    const messages = [...monday.set.slice(0, 4), monday.trigger, ...monday.set.slice(4)];
    expect(told(night(messages, LONG))).toMatchObject({ 'FANIN-003': [`early trigger, ${MONDAY} run 1`] });
  });
  test('a completion that the orchestrator never took is a refused message, not a lost trigger', () => {
    const letters = monday.set.map(({ topic, message }) => heard(`${topic}-dlq`, message));
    const found = told(night([...monday.set, ...letters], LONG));
    expect(found['FANIN-001']).toEqual([`refused message, ${MONDAY} run 1`]);
    expect(found).not.toHaveProperty('TOPO-001');
  });
  test('a message of another shape', () => {
    const odd = heard(monday.trigger.topic, { ...monday.trigger.message, surprise: 1 });
    expect(told(night([...monday.set, odd], LONG))).toMatchObject({
      'MSG-001': [`invalid message, ${MONDAY} run 1`],
    });
  });
});

describe('what a recording cannot tell is not judged', () => {
  test('triggers whose runs were published before it began', () => {
    const found = told(night([...monday.set.slice(2), monday.trigger], LONG), 'fan-in-in-any-order');
    expect(Object.keys(found)).toEqual(['FANIN-003', 'FANIN-010']);
    expect(found['FANIN-003']).toMatch(/^2026-11-23 run 1: the trigger #4 lists runs of .* begin it before/);
  });
  test('a trigger that may still come, or that went to a topic that nobody listened to', () => {
    expect(told(night(monday.set, 100))['FANIN-001']).toContain('60 s before the recording ended');
    const deaf = night(monday.set, LONG).filter(({ marks }) => !marks.includes('nba-phase4-trigger'));
    expect(told(deaf)['FANIN-001']).toContain('nba-phase4-trigger was not recorded');
  });
  test('sets that are not complete, and dates on which a judge published', () => {
    const [first, ...rest] = monday.set;
    const marked = first === undefined ? [] : [{ ...first, attributes: { conformance_run: 'r' } }];
    const recording = night([...marked, ...rest, ...tuesday.set.slice(0, 3)], LONG);
    expect(told(recording)['FANIN-001']).toBe('no trigger was recorded, and no set is complete');
    expect(judgeRecording(recording, undefined).standings).toEqual([
      `${MONDAY} run 1: not judged, since a judge published messages of this date`,
      expect.stringMatching(/^2026-11-24 run 1: level 1 waits for \w+, \w+ \(3 of 5 are complete\); level 2/),
    ]);
  });
});

describe('check --history of a recording', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'judge-night-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const check = (recording: History, ...argv: readonly string[]) => {
    const file = path.join(folder, 'night.jsonl');
    writeFileSync(file, toJsonLines(recording));
    return conformance('check', '--history', file, '--verbose', ...argv);
  };
  test('prints how far each date came, then the verdict; exits with 1 when a trigger is missing', async () => {
    const { code, out } = await check(night([...RIGHT, ...tuesday.set], LONG));
    expect(out).toContain(`${TUESDAY} run 1: level 1 complete, NOT TRIGGERED`);
    expect(out).toContain(`lost trigger in ${TUESDAY} run 1`);
    expect(out).toContain('2 recorded cases');
    expect(code).toBe(1);
    expect((await check(night(RIGHT, LONG))).code).toBe(0);
  });
  test('judges by one check, and refuses those that need more than messages', async () => {
    const json = await check(night(RIGHT, LONG), '--check', 'cascade-in-order', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ extent: 'recorded', conforms: true });
    const other = await check(night(RIGHT, LONG), '--check', 'one-date-through-all-phases');
    expect(other.err).toContain(
      'expected fan-in-in-any-order or cascade-in-order for a recording of messages alone',
    );
    expect(other.code).toBe(2);
  });
});
