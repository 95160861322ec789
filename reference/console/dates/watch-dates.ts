import type { PredictionBatch } from '../../../generated/models.ts';
import { STATE } from '../../../generated/topology.ts';
import { diagnose } from '../../operations/dates/decide-diagnosis.ts';
import { type DateSnapshot, readSnapshot } from '../../operations/dates/snapshot.ts';
import { gameDateOf, runOf } from '../../operations/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../operations/dead-letters/replay.ts';
import { type CompletionState, readOrchestrator } from '../../orchestration/state.ts';
import type { Ports } from '../../ports/ports.ts';
import { dateView, documentsRow, joinDocuments, rowOf } from './show.ts';
import type { DateView, OverviewRow } from './views.ts';

/** What is read of dates, so that a page that asks often reads little. */
export interface DateWatch {
  overview(): Promise<readonly OverviewRow[]>;
  /** @param run undefined for the latest on record. */
  date(game_date: string, run: number | undefined): Promise<DateView>;
  snapshot(game_date: string, run: number): Promise<DateSnapshot>;
  /** Something of a date has changed: it is read again when it is asked for next. */
  touch(game_date: string): void;
  /** The same for every date. */
  touchAll(): void;
}

/** What a watch needs. */
export interface WatchPlace {
  readonly ports: Ports;
  readonly letters: DeadLetters;
  /** For commands that need it by flag. */
  readonly project?: string | undefined;
  /** How old a read may be, in milliseconds: little on this machine, more against a project. */
  readonly fresh_ms: number;
  /** How old the list of all dates may be, since it reads a document or three for each; default twenty times `fresh_ms`. */
  readonly list_ms?: number;
}

/** So many of the latest dates are read whole for the overview; of older ones only their documents are. */
const WHOLE_MAX = 3;
/** So many more are read whole, though seldom: older ones that were begun and are not done, or that have dead letters. */
const UNFINISHED_MAX = 4;
const LIST_TIMES = 20;
/** In the overview a date that has not changed is read half as often each time, down to so much more seldom. */
const REST_TIMES_MAX = 16;
const OLD_REST_TIMES_MAX = 128;

interface Known {
  readonly read_ms: number;
  readonly snapshot: DateSnapshot;
  /** How many times older than `fresh_ms` the overview lets it grow. */
  readonly rest_times: number;
}

/** Watch the dates of a project. A date that is read by two at once is read once. */
export function watchDates({
  ports,
  letters,
  project,
  fresh_ms,
  list_ms = LIST_TIMES * fresh_ms,
}: WatchPlace): DateWatch {
  const known = new Map<string, Promise<Known>>();
  /** Dates and runs that are known from elsewhere than the list, which may be old. */
  const begun = new Map<string, { readonly game_date: string; readonly run: number }>();
  const begin = (game_date: string, run: number): void =>
    void begun.set(keyOf({ game_date, run }), { game_date, run });
  /** Where the latest look at a topic found dead letters. */
  const dead = new Map<string, ReadonlySet<string>>();
  const watched: Pick<DeadLetters, 'peek'> = {
    async peek(topic) {
      const found = await letters.peek(topic);
      dead.set(topic, new Set(found.map((letter) => `${gameDateOf(letter)}.r${runOf(letter)}`)));
      return found;
    },
  };
  const hasDead = (key: string): boolean => [...dead.values()].some((keys) => keys.has(key));
  let listed: { readonly read_ms: number; readonly rows: Promise<Listed> } | undefined;

  /** @param rest_max how many times older a date that does not change may be. */
  const read = async (game_date: string, run: number, rest_max = 1): Promise<DateSnapshot> => {
    const key = keyOf({ game_date, run });
    const before = await known.get(key)?.catch(() => undefined);
    const age_max_ms = fresh_ms * Math.min(rest_max, before?.rest_times ?? 1);
    if (before !== undefined && Date.now() - before.read_ms < age_max_ms) return before.snapshot;
    const reading = readSnapshot(ports, watched, { game_date, run }).then((snapshot) => {
      const is_same = before !== undefined && JSON.stringify(before.snapshot) === JSON.stringify(snapshot);
      const rest_times = is_same ? Math.min(OLD_REST_TIMES_MAX, 2 * before.rest_times) : 1;
      for (const number of snapshot.run_numbers) begin(game_date, number);
      return { read_ms: Date.now(), snapshot, rest_times };
    });
    known.set(key, reading);
    return (await reading).snapshot;
  };
  const list = async (): Promise<Listed> => {
    if (listed === undefined || Date.now() - listed.read_ms >= list_ms) {
      listed = { read_ms: Date.now(), rows: readList(ports) };
    }
    const rows = await listed.rows;
    // A date of today or tomorrow may have runs before it has any document.
    const days = [0, 1].map((count) => dayAfter(ports.clock.now(), count));
    for (const game_date of days) {
      if (begun.has(keyOf({ game_date, run: 1 })) || rows.some((one) => one.game_date === game_date))
        continue;
      for (const { run } of await ports.warehouse.runs({ game_date })) begin(game_date, run);
    }
    const fresh = [...begun.values()]
      .filter(({ game_date, run }) => !rows.some((one) => one.game_date === game_date && one.run === run))
      .map((address) => ({ ...address, phase3: null, phase4: null, batch: null }));
    return [...fresh, ...rows].sort((a, b) => b.game_date.localeCompare(a.game_date) || b.run - a.run);
  };
  const now = (): string => ports.clock.now().toISOString();
  return {
    async overview() {
      const snapshots = new Map<string, DateSnapshot>();
      const readWhole = async (dates: Listed): Promise<void> => {
        const latest = dates.slice(0, WHOLE_MAX);
        const older = dates
          .slice(WHOLE_MAX)
          .filter((one) => isUnfinished(one) || hasDead(keyOf(one)))
          .slice(0, UNFINISHED_MAX);
        const wanted = [
          ...latest.map((one) => ({ ...one, rest_max: REST_TIMES_MAX })),
          ...older.map((one) => ({ ...one, rest_max: OLD_REST_TIMES_MAX })),
        ].filter((one) => !snapshots.has(keyOf(one)));
        const found = await Promise.all(
          wanted.map(({ game_date, run, rest_max }) => read(game_date, run, rest_max)),
        );
        for (const snapshot of found) snapshots.set(keyOf(snapshot), snapshot);
      };
      await readWhole(await list());
      // A date may have a run that the list does not have so far.
      const dates = await list();
      await readWhole(dates);
      return dates.map((one) => {
        const snapshot = snapshots.get(keyOf(one));
        return snapshot === undefined ? documentsRow(one) : rowOf(diagnose(snapshot, now()), project);
      });
    },
    async date(game_date, asked) {
      let run = asked;
      if (run === undefined) {
        const history = await ports.warehouse.runs({ game_date });
        run = Math.max(1, ...history.map((row) => row.run));
      }
      const snapshot = await read(game_date, run);
      return dateView(diagnose(snapshot, now()), snapshot, project);
    },
    snapshot: (game_date, run) => read(game_date, run),
    touch(game_date) {
      for (const key of known.keys()) if (key.startsWith(`${game_date}.r`)) known.delete(key);
      begin(game_date, 1);
    },
    touchAll() {
      known.clear();
      listed = undefined;
    },
  };
}

function keyOf({ game_date, run }: { readonly game_date: string; readonly run: number }): string {
  return `${game_date}.r${run}`;
}

type Listed = ReturnType<typeof joinDocuments>;

/** Whether a date and run was begun and is not done, as far as its documents tell. */
function isUnfinished(documents: Listed[number]): boolean {
  if (documents.batch?.state === 'complete') return false;
  const { cells } = documentsRow(documents);
  return (
    cells.some(({ phase, state }) => state !== 'done' && state !== 'unread' && phase !== BATCH_PHASE) ||
    documents.batch !== null
  );
}

const BATCH_PHASE = 'phase_5_predictions';

async function readList({ documents }: Ports): Promise<Listed> {
  const collections = (['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const).map(
    (name) => readOrchestrator(name).collection,
  );
  const batches = STATE.prediction_batches.path.split('/')[0] ?? '';
  const [phase3, phase4, begun] = await Promise.all([
    documents.query<CompletionState>(collections[0] ?? ''),
    documents.query<CompletionState>(collections[1] ?? ''),
    documents.query<PredictionBatch>(batches),
  ]);
  return joinDocuments(phase3, phase4, begun);
}

function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
