import { describe, expect, test } from 'vitest';
import { SCRAPERS_RECEIVER } from '../../../../conformance/checks/drawn/receivers/scrapers.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { DATE, type Story } from '../../checks/story.ts';
import { begun, within } from '../begun.ts';
import { kinds, SCRAPED, scraped } from './told.ts';

describe('the model of the scrapers', () => {
  const scrape = (told: Story, sent: readonly Payload[], body: object = {}, status = 200, by = {}): void =>
    within(
      told,
      () =>
        told.request(
          '/scrape',
          status,
          'POST',
          null,
          'phase1-scrapers',
          { game_date: DATE, scraper: 'nbac_schedule', ...body },
          by,
        ),
      () => {
        for (const one of sent) told.publish(SCRAPED, one);
      },
    );
  const judged = (told: Story): readonly string[] => kinds(SCRAPERS_RECEIVER, told);

  test('accepts a new run for each call, and says nothing where nobody calls', () => {
    const told = begun();
    expect(judged(told)).toEqual([]);
    scrape(told, [scraped('nbac_schedule')]);
    scrape(told, [scraped('nbac_schedule')]);
    scrape(told, [scraped('nbac_schedule', { trigger_source: 'scheduler' })], {}, 200, {
      'X-CloudScheduler': 'true',
    });
    expect(judged(told)).toEqual([]);
  });

  test('names a call that was served and made no run, or told of an old one again', () => {
    const told = begun();
    const first = scraped('nbac_schedule');
    scrape(told, [first]);
    scrape(told, []);
    expect(judged(told)).toEqual(['LIVE-005 lost message']);
    const again = begun();
    scrape(again, [first]);
    scrape(again, [first]);
    expect(judged(again)).toContain('LIVE-005 repeated message');
  });

  test('lets the next call tell of the run that a failed call owed', () => {
    const told = begun();
    const owed = scraped('nbac_schedule');
    scrape(told, [owed], {}, 503);
    scrape(told, [owed]);
    expect(judged(told)).toEqual([]);
  });

  test('lets a call that repeats a failed one be served by what that one had told of all the same', () => {
    const told = begun();
    scrape(told, [scraped('nbac_schedule')], {}, 500);
    scrape(told, []);
    expect(judged(told)).toEqual([]);
    const other = begun();
    scrape(other, [], {}, 503);
    scrape(other, []);
    expect(judged(other)).toEqual(['LIVE-005 lost message']);
  });

  test('names a call that is answered by a run which another call left owing, with other flags', () => {
    const told = begun();
    const owed = scraped('nbac_schedule', { skip_downstream_trigger: true });
    scrape(told, [owed], { skip_downstream_trigger: true }, 503);
    scrape(told, [owed]);
    expect(judged(told)).toEqual(['BACK-006 backfill leak']);
  });

  test.each<[string, object, Overrides, string]>([
    ['flags that nobody asked for', {}, { skip_downstream_trigger: true }, 'BACK-006 backfill leak'],
    ['another caller', {}, { trigger_source: 'scheduler' }, 'CORR-009 broken provenance'],
    ['another workflow', { workflow: 'x' }, {}, 'LIVE-005 invalid message'],
    ['another name in the old fields', {}, { name: 'x' }, 'MSG-007 invalid message'],
    ['a chain that it does not start', {}, { correlation_id: 'x' }, 'CORR-001 broken correlation'],
  ])('names %s', (_what, body, wrong, kind) => {
    const told = begun();
    scrape(told, [scraped('nbac_schedule', wrong)], body);
    expect(judged(told)).toContain(kind);
  });

  test('names a wrong body that is taken, and a right one that is refused', () => {
    const told = begun();
    scrape(told, [], { backfill_mode: true });
    scrape(told, [], { scraper: 'nbac_schedules' }, 400);
    scrape(told, [], { game_date: 'TODAY' });
    expect(judged(told)).toEqual(['LIVE-006 wrong answer', 'LIVE-003 wrong answer']);
    const refused = begun();
    scrape(refused, [], {}, 400);
    expect(judged(refused)).toContain('LIVE-005 refused message');
  });
});
