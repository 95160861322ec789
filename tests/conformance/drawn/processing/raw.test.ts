import { describe, expect, test } from 'vitest';
import { RAW_RECEIVER } from '../../../../conformance/checks/drawn/receivers/raw.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { message, type Story } from '../../checks/story.ts';
import { begun, within } from '../begun.ts';
import { kinds, LOADER, NOW, RAW, SCRAPED, scraped } from './told.ts';

describe('the model of Phase 2', () => {
  const tell = (told: Story, cause: Payload, sent: readonly Payload[], status = 200): void =>
    within(
      told,
      () => told.deliver(LOADER, SCRAPED, cause, { status, message_id: `m${cause['execution_id']}` }),
      () => {
        for (const one of sent) told.publish(RAW, one);
      },
    );
  const loaded = (cause: Payload, overrides: Overrides = {}): Payload =>
    message('RawCompletion', {
      processor_name: 'nbac_schedule_games',
      output_table: 'nbac_schedule_games',
      parent_processor: 'nbac_schedule',
      trigger_message_id: `m${cause['execution_id']}`,
      correlation_id: cause['correlation_id'] ?? cause['execution_id'],
      ...NOW,
      metadata: {
        upstream: [
          {
            processor: 'nbac_schedule',
            execution_id: cause['execution_id'] ?? '',
            correlation_id: cause['correlation_id'] ?? cause['execution_id'] ?? '',
          },
        ],
      },
      ...overrides,
    });
  const judged = (told: Story): readonly string[] => kinds(RAW_RECEIVER, told);
  /** Scraper runs that were published, so that their files are there. */
  const there = (told: Story, ...overrides: readonly Overrides[]): readonly Payload[] =>
    overrides.map((one) => {
      const made = scraped('nbac_schedule', one);
      told.publish(SCRAPED, made);
      return made;
    });

  test('accepts a raw run for each scraper run, none for a repeat, and an older file that comes last', () => {
    const told = begun();
    const [first = {}, second = {}, old = {}] = there(told, {}, {}, { timestamp: '2031-03-05T11:00:00Z' });
    tell(told, first, [loaded(first)]);
    tell(told, first, []);
    tell(told, second, [loaded(second)]);
    tell(told, old, [loaded(old, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual([]);
  });

  test('names a second scraper run that is taken for a duplicate, and a first one that is loaded twice', () => {
    const told = begun();
    const [first = {}, second = {}] = there(told, {}, {});
    tell(told, first, [loaded(first), loaded(first)]);
    tell(told, second, []);
    expect(judged(told)).toEqual(expect.arrayContaining(['IDEM-001 double run', 'IDEM-012 lost message']));
  });

  test('names a run of a failed scrape, of a silent one, and of a file that is nowhere', () => {
    const failed = begun();
    const [cause = {}] = there(failed, { status: 'failed', error_message: 'x', error_type: 'y' });
    tell(failed, cause, [loaded(cause)]);
    expect(judged(failed)).toContain('IDEM-013 phantom completion');
    const silent = begun();
    const [quiet = {}] = there(silent, { skip_downstream_trigger: true });
    tell(silent, quiet, [loaded(quiet)]);
    expect(judged(silent)).toContain('BACK-001 backfill leak');
    const nowhere = begun();
    const nobody = scraped('nbac_schedule');
    tell(nowhere, nobody, [loaded(nobody)]);
    expect(judged(nowhere)).toEqual(['LIVE-004 wrong status']);
  });

  test('names a run that failed where its scraper had found nothing, and lets one fail that was told otherwise too', () => {
    const empty = scraped('nbac_schedule', { status: 'no_data', record_count: 0 });
    const failed = loaded(empty, { status: 'failed', record_count: 0, error_message: 'x', error_type: 'y' });
    const told = begun();
    tell(told, empty, [failed]);
    expect(judged(told)).toEqual(['LIVE-002 wrong status']);
    const both = begun();
    tell(both, { ...empty, status: 'success' }, []);
    within(
      both,
      () => both.deliver(LOADER, SCRAPED, empty),
      () => both.publish(RAW, failed),
    );
    expect(judged(both)).not.toContain('LIVE-002 wrong status');
  });

  test('lets a file be older or newer where one of the two says no time', () => {
    const told = begun();
    const [first = {}, second = {}] = there(told, {}, {});
    const { name, scraper_name, gcs_path, workflow, execution_id, correlation_id } = second;
    const legacy = { name, scraper_name, gcs_path, workflow, execution_id, correlation_id } as Payload;
    tell(told, first, [loaded(first)]);
    tell(told, legacy, [loaded(second, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual([]);
  });

  test('lets a program know from the file when it was collected, whatever the message about it says', () => {
    const told = begun();
    const [old = {}, recent = {}] = there(told, { timestamp: '2031-03-05T11:00:00Z' }, {});
    const misdated = { ...old, timestamp: '2031-03-05T20:00:00Z' };
    tell(told, recent, [loaded(recent)]);
    tell(told, misdated, [loaded(misdated, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual([]);
  });

  test('leaves open whether a file told of with its id and without it is one scraper run or two', () => {
    const orders = [(all: readonly Payload[]) => all, (all: readonly Payload[]) => [...all].reverse()];
    for (const inOrder of orders) {
      const told = begun();
      const [made = {}] = there(told, {});
      const { name, scraper_name, gcs_path, workflow, game_date, timestamp } = made;
      const legacy = { name, scraper_name, gcs_path, workflow, game_date, timestamp } as Payload;
      const [first = {}, second = {}] = inOrder([made, legacy]);
      tell(told, first, [loaded(made, { trigger_message_id: `m${first['execution_id']}` })]);
      tell(told, second, []);
      expect(judged(told)).toEqual([]);
    }
  });

  test('names a live run that a silent one of the same scrape keeps out', () => {
    const told = begun();
    const [live = {}] = there(told, {});
    tell(told, { ...live, skip_downstream_trigger: true }, []);
    tell(told, live, []);
    expect(judged(told)).toEqual(['BACK-004 lost message']);
  });

  test('names a file that could be read and gave nothing, and an ack before the run', () => {
    const told = begun();
    const [cause = {}, other = {}] = there(told, {}, { timestamp: '2031-03-05T11:00:00Z' });
    tell(told, other, [loaded(other)]);
    tell(told, cause, [loaded(cause, { status: 'no_data', record_count: 0 })]);
    expect(judged(told)).toEqual(['IDEM-014 wrong status']);
    const early = begun();
    const [late = {}] = there(early, {});
    tell(early, late, []);
    early.publish(RAW, loaded(late));
    expect(judged(early)).toEqual(['ACK-001 early ack']);
  });

  test('takes the run of a message without ids for that of its file', () => {
    const told = begun();
    const [cause = {}] = there(told, {});
    const { name, scraper_name, gcs_path, workflow } = cause;
    tell(told, cause, [loaded(cause)]);
    told.deliver(LOADER, SCRAPED, { name, scraper_name, gcs_path, workflow } as Payload);
    expect(judged(told)).toEqual([]);
  });
});
