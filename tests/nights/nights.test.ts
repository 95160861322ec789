import { beforeAll, describe, expect, test } from 'vitest';
import { TOPIC } from '../../generated/topology.ts';
import { judgeNight, type Night } from './judging/judge.ts';
import { runSeason, type SeasonResult } from './season.ts';
import { pacificMidnight, scheduleDay } from './world/schedule.ts';
import { createTimeline } from './world/timeline.ts';

const SEED = 7;
const NIGHTS = 3;

let result: SeasonResult;
let night: Night;
beforeAll(async () => {
  const nights: Night[] = [];
  result = await runSeason(SEED, NIGHTS, (one) => void nights.push(one));
  const last = nights.at(-1);
  if (last === undefined) throw new Error('expected nights');
  night = last;
}, 120_000);

describe('nights in which much goes wrong', () => {
  test('end with nothing lost and nothing doubled', () => {
    expect(result.problems).toEqual([]);
    expect(result.nights).toBe(NIGHTS);
    expect(result.figures.batches).toBeGreaterThan(0);
    expect(result.troubles.refused).toBeGreaterThan(0);
    expect(night.predictions.length).toBeGreaterThan(50);
  });

  test('are the same again with the same seed', { timeout: 120_000 }, async () => {
    expect(await runSeason(SEED, NIGHTS)).toEqual(result);
  });
});

/** Publishes of a topic, and the others. */
function apart(topic: string) {
  const own = night.published.filter((one) => one.topic === topic);
  return { own, others: night.published.filter((one) => one.topic !== topic) };
}

describe('the judge of a night', () => {
  test('accepts a night as it should be', () => {
    expect(judgeNight(night)).toEqual([]);
  });

  test.each([
    ['a prediction that is missing', () => ({ predictions: night.predictions.slice(1) }), /ready players/],
    ['a delivery that nobody acked', () => ({ open: 1 }), /not acked/],
    ['a batch that is missing', () => ({ batch: undefined }), /no batch/],
    [
      'a batch that never ended',
      () => ({
        batch: night.batch === undefined ? undefined : { ...night.batch, state: 'running' as const },
      }),
      /the batch is running/,
    ],
    [
      'an announcement that is missing',
      () => ({ published: apart(TOPIC.phase5PredictionsComplete).others }),
      /rounds were announced/,
    ],
    [
      'a second batch that is announced',
      () => {
        const [one] = apart(TOPIC.phase5PredictionsComplete).own;
        const metadata = { ...(one?.message['metadata'] as object), batch_id: 'another' };
        const again = { ...one, message: { ...one?.message, metadata, execution_id: 'another' } };
        return { published: [...night.published, again as Night['published'][number]] };
      },
      /2 batches were announced/,
    ],
    [
      'a trigger that is missing',
      () => {
        const { own, others } = apart(TOPIC.phase4Trigger);
        return { published: [...others, ...own.slice(1)] };
      },
      /triggers/,
    ],
    ...[TOPIC.phase4Trigger, TOPIC.phase3AnalyticsComplete, TOPIC.phase5PredictionRequest].map(
      (topic) =>
        [
          `a second id on ${topic}`,
          () => {
            const [one] = apart(topic).own;
            const again = { ...one, message: { ...one?.message, execution_id: 'another' } };
            return { published: [...night.published, again as Night['published'][number]] };
          },
          /triggers|runs|ids/,
        ] as const,
    ),
    [
      'a level that is triggered before its runs are said',
      () => {
        const early = (one: Night['published'][number]) =>
          one.topic === TOPIC.phase4Trigger ? { ...one, at_ms: 0 } : one;
        return { published: night.published.map(early) };
      },
      /was triggered before/,
    ],
  ] as const)('finds %s', (_what, changed: () => Partial<Night>, problem) => {
    expect(judgeNight({ ...night, ...changed() } as Night).join('\n')).toMatch(problem);
  });
});

describe('the schedules of a day', () => {
  test.each([
    ['2025-03-08', '2025-03-08T14:00:00.000Z'],
    ['2025-03-09', '2025-03-09T13:00:00.000Z'],
    ['2024-11-03', '2024-11-03T14:00:00.000Z'],
  ])('are at their Pacific times on %s, whatever the clocks do', async (date, start) => {
    const timeline = createTimeline(pacificMidnight(date));
    const calls: string[] = [];
    scheduleDay(
      timeline,
      date,
      async (_component, { path }) => {
        calls.push(`${path} ${new Date(timeline.nowMs()).toISOString()}`);
        return { status: 200 };
      },
      () => {},
    );
    await timeline.runUntil(pacificMidnight(date) + 20 * 3_600_000);
    expect(calls).toContain(`/start ${start}`);
    expect(calls.filter((call) => call.startsWith('/start'))).toHaveLength(1);
  });
});
