import { describe, expect, test } from 'vitest';
import { judgeRepeats } from '../../../../conformance/checks/drawn/model/processing/repeats.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { publishes } from '../../../../conformance/history/select.ts';
import { message } from '../../checks/story.ts';
import { begun } from '../begun.ts';
import { RAW } from './told.ts';

describe('messages that carry one execution_id', () => {
  const judged = (...sent: readonly Payload[]): readonly string[] => {
    const told = begun();
    for (const one of sent) told.publish(RAW, one);
    return judgeRepeats(publishes(told.history(), RAW)).map(
      ({ requirement, proof }) => `${requirement} ${proof}`,
    );
  };
  const raw = (overrides: Overrides = {}): Payload =>
    message('RawCompletion', { processor_name: 'nbac_schedule_games', ...overrides });
  const again = (first: Payload, overrides: Overrides): Payload => ({ ...first, ...(overrides as Payload) });

  test('may be repeated as they are, at another time, and with their ids in other letters', () => {
    const first = raw();
    expect(judged()).toEqual([]);
    expect(judged(first, first, again(first, { timestamp: '2031-03-05T12:00:01Z' }), raw())).toEqual([]);
  });

  test('name another status, chain or flag than the first of them', () => {
    const first = raw();
    const [found = ''] = judged(first, again(first, { status: 'no_data', record_count: 0 }));
    expect(found).toContain('CORR-005');
    expect(found).toContain('status "success" and "no_data"');
    expect(judged(first, again(first, { correlation_id: 'another chain' }))).toHaveLength(1);
    expect(judged(first, again(first, { backfill_mode: true, backfill_reason: 'repair' }))).toHaveLength(1);
  });

  test('say one count, unless they have read something else', () => {
    const read = (execution_id: string): Overrides => ({
      metadata: {
        run: 1,
        upstream: [{ processor: 'nbac_schedule', execution_id, correlation_id: execution_id }],
      },
    });
    const first = raw({ record_count: 11, ...read('a') });
    expect(judged(first, again(first, { record_count: 0 }))).toHaveLength(1);
    expect(judged(first, again(first, { record_count: 12, ...read('b') }))).toEqual([]);
  });
});
