import { describe, expect, test } from 'vitest';
import { ANALYTICS_RECEIVER } from '../../../../conformance/checks/drawn/receivers/analytics.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { message, type Story } from '../../checks/story.ts';
import { begun, within } from '../begun.ts';
import { ANALYSED, ANALYST, kinds, NOW, RAW } from './told.ts';

describe('the model of Phase 3', () => {
  const TABLES = ['nbac_team_boxscores', 'nbac_game_scores'];
  const raw = (told: Story, table: string, overrides: Overrides = {}): Payload => {
    const made = message('RawCompletion', {
      processor_name: table,
      output_table: table,
      ...NOW,
      ...overrides,
    });
    told.publish(RAW, made);
    return made;
  };
  const tell = (told: Story, cause: Payload, sent: readonly Payload[] = []): void =>
    within(
      told,
      () => told.deliver(ANALYST, RAW, cause, { message_id: `m${cause['execution_id']}` }),
      () => {
        for (const one of sent) told.publish(ANALYSED, one);
      },
    );
  const analysed = (inputs: readonly Payload[], overrides: Overrides = {}): Payload =>
    message('AnalyticsCompletion', {
      processor_name: 'team_offense_game_summary',
      output_table: 'team_offense_game_summary',
      parent_processor: String(inputs.at(-1)?.['processor_name']),
      trigger_message_id: `m${inputs.at(-1)?.['execution_id']}`,
      correlation_id: inputs[0]?.['correlation_id'] ?? '',
      ...NOW,
      metadata: {
        upstream: inputs.map((one) => ({
          processor: one['processor_name'] ?? '',
          execution_id: one['execution_id'] ?? '',
          correlation_id: one['correlation_id'] ?? '',
        })),
      },
      ...overrides,
    });
  const EMPTY: Overrides = { status: 'no_data', record_count: 0 };
  const judged = (told: Story): readonly string[] => kinds(ANALYTICS_RECEIVER, told);

  test('accepts one run once both tables are there, and says nothing where nothing is told', () => {
    const told = begun();
    expect(judged(told)).toEqual([]);
    const [first = {}, second = {}] = TABLES.map((table) => raw(told, table));
    tell(told, first);
    tell(told, second, [analysed([first, second])]);
    tell(told, first);
    expect(judged(told)).toEqual([]);
  });

  test('lets a table that was found empty after it had been filled be empty, or keep its rows', () => {
    const emptied = (): { told: Story; inputs: readonly Payload[] } => {
      const told = begun();
      const [table = '', other = ''] = TABLES;
      const inputs = [raw(told, table), raw(told, table, EMPTY), raw(told, other)];
      for (const one of inputs.slice(0, 2)) tell(told, one);
      return { told, inputs };
    };
    const empty = emptied();
    const [, hollow = {}, last = {}] = empty.inputs;
    tell(empty.told, last, [analysed([hollow, last], EMPTY)]);
    expect(judged(empty.told)).toEqual([]);
    const kept = emptied();
    const [first = {}, , second = {}] = kept.inputs;
    tell(kept.told, second, [analysed([first, second])]);
    expect(judged(kept.told)).toEqual([]);
    const silent = emptied();
    tell(silent.told, silent.inputs[2] ?? {});
    expect(judged(silent.told)).toEqual(['LIVE-002 lost message']);
  });

  test('accepts an empty run and a run that counts after it', () => {
    const told = begun();
    const [first = {}, hollow = {}] = [
      raw(told, 'nbac_team_boxscores'),
      raw(told, 'nbac_game_scores', EMPTY),
    ];
    tell(told, first);
    tell(told, hollow, [analysed([first, hollow], EMPTY)]);
    const full = raw(told, 'nbac_game_scores');
    tell(told, full, [analysed([first, full])]);
    expect(judged(told)).toEqual([]);
    const lost = begun();
    const inputs = [raw(lost, 'nbac_team_boxscores'), raw(lost, 'nbac_game_scores', EMPTY)];
    tell(lost, inputs[0] ?? {});
    tell(lost, inputs[1] ?? {}, [analysed(inputs, EMPTY)]);
    tell(lost, raw(lost, 'nbac_game_scores'));
    expect(judged(lost)).toEqual(['IDEM-007 lost message']);
  });

  test('names a run before its tables are there, a second one, and a missing one', () => {
    const early = begun();
    const [only = {}] = [raw(early, 'nbac_team_boxscores')];
    tell(early, only, [analysed([only])]);
    expect(judged(early)).toContain('IDEM-002 phantom completion');
    const twice = begun();
    const both = TABLES.map((table) => raw(twice, table));
    tell(twice, both[0] ?? {});
    tell(twice, both[1] ?? {}, [analysed(both)]);
    tell(twice, both[1] ?? {}, [analysed(both)]);
    expect(judged(twice)).toEqual(['IDEM-002 double run']);
    const never = begun();
    for (const table of TABLES) tell(never, raw(never, table));
    expect(judged(never)).toEqual(['IDEM-002 lost message']);
  });

  test('names a run that counts on an empty table, and one that lists it', () => {
    const told = begun();
    const inputs = [raw(told, 'nbac_team_boxscores'), raw(told, 'nbac_game_scores', EMPTY)];
    tell(told, inputs[0] ?? {});
    tell(told, inputs[1] ?? {}, [analysed(inputs)]);
    expect(judged(told)).toEqual(['IDEM-016 wrong status', 'CORR-010 broken provenance']);
  });

  test('names a run that a failed or a silent message caused', () => {
    for (const [wrong, kind] of [
      [{ status: 'failed', error_message: 'x', error_type: 'y' }, 'IDEM-015 phantom completion'],
      [{ skip_downstream_trigger: true }, 'BACK-001 backfill leak'],
    ] as const) {
      const told = begun();
      const [first = {}, second = {}] = TABLES.map((table) => raw(told, table));
      tell(told, first);
      tell(told, { ...second, ...wrong }, [analysed([first, second])]);
      expect(judged(told)).toContain(kind);
    }
  });
});
