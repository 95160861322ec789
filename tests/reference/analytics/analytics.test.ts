import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import type { ProcessorRunHistory, RunStatus } from '../../../generated/models.ts';
import { decideReady } from '../../../reference/analytics/decide-ready.ts';
import { createAnalytics } from '../../../reference/analytics/service.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { push, SETTINGS } from '../deliveries.ts';
import { anyhow, createMemoryPorts } from '../memory-ports.ts';

const RAW = EXAMPLES.find(({ name }) => name === 'player-box-scores-loaded')?.payload as object;

let serial = 0;
function rawRun(
  processor_name: string,
  status: RunStatus = 'success',
  changes: Partial<ProcessorRunHistory> = {},
) {
  serial += 1;
  const execution_id = `16fd2706-8baf-433b-82eb-${String(serial).padStart(12, '0')}`;
  return {
    execution_id,
    correlation_id: `c-${processor_name}`,
    processor_name,
    phase: 'phase_2_raw',
    game_date: '2024-01-15',
    run: 1,
    status,
    finished_at: `2024-01-15T11:00:${String(serial % 60).padStart(2, '0')}.000Z`,
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
    ...changes,
  } as ProcessorRunHistory;
}

describe('IDEM-002 when the raw tables of a processor can be read', () => {
  const scores = rawRun('nbac_game_scores');
  const boxes = rawRun('nbac_team_boxscores', 'partial');
  const REQUIRES = ['nbac_team_boxscores', 'nbac_game_scores'];

  test('success and partial make it ready, with the runs that stand for the tables', () => {
    expect(decideReady(REQUIRES, [scores, boxes], false)).toEqual({
      state: 'ready',
      inputs: [boxes, scores],
    });
  });

  test('a table that has not reported, or only failed, is waited for', () => {
    const failed = rawRun('nbac_game_scores', 'failed');
    expect(decideReady(REQUIRES, [boxes, failed], false)).toEqual({
      state: 'waiting',
      missing: ['nbac_game_scores'],
    });
  });

  test('a failure after a success does not take the table away, and the last success stands', () => {
    const again = rawRun('nbac_game_scores');
    const failed = rawRun('nbac_game_scores', 'failed');
    expect(decideReady(REQUIRES, [scores, boxes, again, failed], false)).toEqual({
      state: 'ready',
      inputs: [boxes, again],
    });
  });

  test('LIVE-002 a table that reported nothing makes the outcome empty instead of a wait', () => {
    const empty = rawRun('nbac_game_scores', 'no_data');
    expect(decideReady(REQUIRES, [boxes, empty], false)).toEqual({ state: 'empty', inputs: [boxes, empty] });
  });

  test('nobody injured is a table like any other', () => {
    const nobody = rawRun('nbac_injury_report_players', 'no_data');
    expect(decideReady(['nbac_injury_report_players'], [nobody], false)).toEqual({
      state: 'ready',
      inputs: [nobody],
    });
  });

  test('BACK-004 the tables of a silent backfill count for a backfill only', () => {
    const backfill = rawRun('nbac_game_scores', 'success', { skip_downstream_trigger: true });
    expect(decideReady(REQUIRES, [boxes, backfill], false).state).toBe('waiting');
    expect(decideReady(REQUIRES, [boxes, backfill], true).state).toBe('ready');
  });
});

function start(ports = createMemoryPorts()) {
  const handler = createShell(createAnalytics(ports, SETTINGS), ports.log);
  const report = async (run: ProcessorRunHistory) => {
    await ports.warehouse.recordRun(run);
    return deliver(run);
  };
  const deliver = async (run: ProcessorRunHistory, changes: object = {}) => {
    const { execution_id, correlation_id, processor_name, status } = run;
    const counts = status === 'no_data' ? { record_count: 0 } : {};
    const error = status === 'failed' ? { error_message: 'x', error_type: 'x' } : {};
    const failed = status === 'partial' ? { records_failed: 1 } : {};
    const message = {
      ...RAW,
      execution_id,
      correlation_id,
      processor_name,
      status,
      ...counts,
      ...error,
      ...failed,
    };
    return (await handler(push('/process', { ...message, ...changes }, execution_id))).status;
  };
  return { ports, report, deliver };
}

const GAME = {
  game_date: '2024-01-15',
  game_id: 'g',
  played_on: '2024-01-14',
  home_team: 'PHI',
  away_team: 'HOU',
  stage: 'regular',
  home_points: 2,
  away_points: 1,
  periods: 4,
};

describe('Phase 3 on its door', () => {
  test('IDEM-005 the last missing input makes one run, with everything it read on record', async () => {
    const { ports, report } = start();
    const boxes = rawRun('nbac_team_boxscores');
    const scores = rawRun('nbac_game_scores');
    expect(await report(boxes)).toBe(200);
    expect(ports.published).toEqual([]);
    expect(await report(scores)).toBe(200);
    expect(ports.published.map(({ message }) => message)).toMatchObject([
      {
        processor_name: 'team_offense_game_summary',
        parent_processor: 'nbac_game_scores',
        trigger_message_id: scores.execution_id,
        correlation_id: 'c-nbac_game_scores',
        status: 'no_data',
        metadata: {
          upstream: [
            { processor: 'nbac_game_scores', execution_id: scores.execution_id },
            { processor: 'nbac_team_boxscores', execution_id: boxes.execution_id },
          ],
        },
      },
    ]);
  });

  test('E01 an empty result gives way to data that comes later', async () => {
    const { ports, report } = start();
    await report(rawRun('nbac_game_scores', 'no_data'));
    await report(rawRun('nbac_team_boxscores'));
    expect(ports.published.map(({ message }) => message['status'])).toEqual(['no_data']);
    const table = { dataset: 'nba_raw', table: 'nbac_game_scores' };
    await ports.warehouse.replaceRows(
      table,
      '2024-01-15',
      1,
      [GAME],
      (row) => String(row['game_id']),
      anyhow,
    );
    await report(rawRun('nbac_game_scores'));
    expect(ports.published.map(({ message }) => message['processor_name'])).toEqual([
      'team_offense_game_summary',
      'team_offense_game_summary',
    ]);
  });

  test('a failed raw run is acked and starts nothing', async () => {
    const { ports, report } = start();
    await report(rawRun('nbac_team_boxscores'));
    expect(await report(rawRun('nbac_game_scores', 'failed'))).toBe(200);
    expect(ports.published).toEqual([]);
  });

  test('a processor that another delivery runs does not stop the others; the delivery is nacked afterwards', async () => {
    const { ports, report, deliver } = start();
    const last = rawRun('nbac_team_boxscores');
    await ports.warehouse.recordRun(last);
    await report(rawRun('nbac_schedule_games'));
    ports.published.length = 0;
    await ports.warehouse.recordRun(rawRun('nbac_game_scores'));
    await ports.documents.update('processor_claims/team_defense_game_summary.2024-01-15.r1', () => [
      { state: 'running', held_by: 'else', owner: 'else', lease_expires_at: '2024-01-15T12:00:00.000Z' },
      null,
    ]);
    expect(await deliver(last)).toBe(409);
    expect(ports.published.map(({ message }) => message['processor_name'])).toEqual([
      'team_offense_game_summary',
    ]);
  });

  test('BACK-003 one backfilled input makes the run a backfill', async () => {
    const { ports, report } = start();
    await report(
      rawRun('nbac_team_boxscores', 'success', { backfill_mode: true, backfill_reason: 'reprocessing' }),
    );
    await report(rawRun('nbac_game_scores'));
    expect(ports.published[0]?.message).toMatchObject({
      backfill_mode: true,
      backfill_reason: 'reprocessing',
    });
  });

  test('BACK-001 a completion that is to trigger nobody is worked on in silence', async () => {
    const { ports, deliver } = start();
    const last = rawRun('nbac_game_scores', 'success', { skip_downstream_trigger: true });
    await ports.warehouse.recordRun(last);
    await ports.warehouse.recordRun(
      rawRun('nbac_team_boxscores', 'success', { skip_downstream_trigger: true }),
    );
    expect(await deliver(last, { skip_downstream_trigger: true })).toBe(200);
    expect(ports.published).toEqual([]);
    expect([...ports.history.values()].map(({ processor_name }) => processor_name)).toContain(
      'team_offense_game_summary',
    );
  });
});
