import { TOPIC } from '../../../generated/topology.ts';
import { dateView, rowOf } from '../../../reference/console/dates/show.ts';
import { watchDates } from '../../../reference/console/dates/watch-dates.ts';
import { createMessageLog } from '../../../reference/console/messages.ts';
import { pageProgram } from '../../../reference/console/page/program.mjs';
import type { RunningConsole } from '../../../reference/console/server.ts';
import { diagnose } from '../../../reference/operations/dates/decide-diagnosis.ts';
import type { DateSnapshot } from '../../../reference/operations/dates/snapshot.ts';
import { NO_PLAYERS } from '../../../reference/predictions/status/decide-status.ts';
import { NO_LETTERS, startInMemory } from '../../reference/console/opened.ts';
import {
  atFanIn,
  beforePhase5,
  claimOf,
  LOST_TRIGGER,
  letter,
  NOW,
  runInMemory,
  snapshotOf,
  withoutRuns,
  withRun,
} from '../../reference/operations/snapshots.ts';

/** A console on dates that stand as somebody says. */
export interface StatesConsole extends RunningConsole {
  /** Shows these dates from now on, as they stand at a moment. */
  stand(state: State): void;
}

/** How dates stand, and when somebody looks. */
export interface State {
  readonly dates: readonly DateSnapshot[];
  readonly now: string;
}

const RAW = TOPIC.phase2RawComplete;
const ANALYTICS = TOPIC.phase3AnalyticsComplete;
/** After the deadline of the date. */
const LATE = '2024-01-15T15:00:00.000Z';

/** Every state that the page tells, by name. */
export async function allStates(): Promise<Readonly<Record<string, State>>> {
  const whole = await snapshotOf(await runInMemory());
  const lost = { ...atFanIn(whole, LOST_TRIGGER), players: NO_PLAYERS };
  const failed = withRun(lost, 'team_defense_game_summary', {
    status: 'failed',
    error_type: 'RuntimeError',
    error_message:
      'the table nba_raw.bdl_player_boxscores was read at 2024-01-15T10:58:31.000Z and had no row for 0022300562, 0022300563 and 0022300564',
  });
  const unstarted: DateSnapshot = {
    ...lost,
    history: [],
    claims: [],
    phase3: null,
  };
  const at = (...dates: readonly DateSnapshot[]): State => ({ dates, now: NOW });
  const older = (snapshot: DateSnapshot): DateSnapshot => ({ ...snapshot, game_date: '2024-01-14' });
  const dead = [
    letter(RAW, { processor_name: 'PlayerSummary', game_date: whole.game_date }),
    letter(ANALYTICS, { game_date: 'yesterday' }, { message_id: '8813' }),
  ];
  return {
    nothing: { dates: [], now: NOW },
    finished: at(whole),
    'lost-trigger': at(lost),
    'failed-run': at(failed),
    late: { dates: [lost], now: LATE },
    unstarted: at(unstarted),
    working: {
      dates: [
        {
          ...withoutRuns(lost, ({ phase }) => phase === 'phase_3_analytics'),
          phase3: null,
          claims: [claimOf('player_game_summary', { lease_expires_at: '2024-01-15T11:40:00.000Z' })],
        },
      ],
      now: NOW,
    },
    'claim-run-out': at({
      ...withoutRuns(lost, ({ processor_name }) => processor_name === 'player_game_summary'),
      claims: [claimOf('player_game_summary', {})],
    }),
    'dead-letters': at({ ...whole, dead_letters: dead }),
    'no-batch': at(beforePhase5(whole)),
    'two-dates': at({ ...whole, dead_letters: dead }, older(failed)),
  };
}

/** Serves a console whose dates stand as they are told. */
export async function openStates(): Promise<StatesConsole> {
  const ports = await runInMemory();
  let state: State = { dates: [], now: NOW };
  const find = (game_date: string, run: number | undefined): DateSnapshot => {
    const found = state.dates.find((one) => one.game_date === game_date && (run ?? one.run) === one.run);
    if (found === undefined) throw new Error(`expected one of the dates of this state, got ${game_date}`);
    return found;
  };
  const log = createMessageLog();
  for (const { topic, message } of ports.published.slice(0, 12)) {
    const data = Buffer.from(JSON.stringify(message));
    log.add(topic, { message_id: `m-${topic}`, data, attributes: {}, published_at: NOW });
  }
  const data = Buffer.from(JSON.stringify({ processor_name: 'PlayerSummary' }));
  log.add(ANALYTICS, { message_id: 'm-wrong', data, attributes: {}, published_at: NOW });
  const running = await startInMemory({
    ports,
    watch: {
      ...watchDates({ ports, letters: NO_LETTERS, fresh_ms: 1 }),
      overview: async () => state.dates.map((one) => rowOf(diagnose(one, state.now), 'demo')),
      date: async (game_date, run) => {
        const one = find(game_date, run);
        return dateView(diagnose(one, state.now), one, 'demo');
      },
      snapshot: async (game_date, run) => find(game_date, run),
    },
    log,
    drills: {
      list: [
        {
          name: 'lost-trigger',
          title: 'Lose a trigger',
          sentence: 'The 3-to-4 orchestrator dies before it has published the trigger of level 1.',
          page: 'orchestrator-state.md#a-trigger-that-is-pending',
        },
      ],
      begin: async () =>
        `The trigger of level 1 of run 2 is pending in phase3_completion/2024-01-15.r2, and the instance that held it is gone.`,
    },
    program: await pageProgram(),
  });
  return {
    ...running,
    stand(next) {
      state = next;
    },
  };
}
