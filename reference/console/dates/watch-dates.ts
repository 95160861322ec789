import type { PredictionBatch } from '../../../generated/models.ts';
import { STATE } from '../../../generated/topology.ts';
import { diagnose } from '../../operations/dates/decide-diagnosis.ts';
import { type DateSnapshot, readSnapshot } from '../../operations/dates/snapshot.ts';
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
}

/** So many of the latest dates are read whole for the overview; of older ones only their documents are. */
const WHOLE_MAX = 3;
/** The list of all dates is read so much more seldom than a date, since it reads a document or three for each. */
const LIST_TIMES = 20;

interface Known {
  readonly read_ms: number;
  readonly snapshot: DateSnapshot;
}

/** Watch the dates of a project. A date that is read by two at once is read once. */
export function watchDates({ ports, letters, project, fresh_ms }: WatchPlace): DateWatch {
  const known = new Map<string, Promise<Known>>();
  /** Dates of which something came since the list was read. */
  const touched = new Set<string>();
  let listed: { readonly read_ms: number; readonly rows: Promise<Listed> } | undefined;

  const read = async (game_date: string, run: number): Promise<DateSnapshot> => {
    const key = `${game_date}.r${run}`;
    const before = await known.get(key)?.catch(() => undefined);
    if (before !== undefined && Date.now() - before.read_ms < fresh_ms) return before.snapshot;
    const reading = readSnapshot(ports, letters, { game_date, run }).then((snapshot) => ({
      read_ms: Date.now(),
      snapshot,
    }));
    known.set(key, reading);
    return (await reading).snapshot;
  };
  const list = async (): Promise<Listed> => {
    if (listed === undefined || Date.now() - listed.read_ms >= LIST_TIMES * fresh_ms) {
      listed = { read_ms: Date.now(), rows: readList(ports) };
    }
    const rows = await listed.rows;
    const begun = [...touched].filter((game_date) => !rows.some((one) => one.game_date === game_date));
    const fresh = begun.map((game_date) => ({ game_date, run: 1, phase3: null, phase4: null, batch: null }));
    return [...fresh, ...rows].sort((a, b) => b.game_date.localeCompare(a.game_date) || b.run - a.run);
  };
  const now = (): string => ports.clock.now().toISOString();
  return {
    async overview() {
      const dates = await list();
      const whole = dates.slice(0, WHOLE_MAX);
      const rows = await Promise.all(
        whole.map(async ({ game_date, run }) => rowOf(diagnose(await read(game_date, run), now()), project)),
      );
      return [...rows, ...dates.slice(WHOLE_MAX).map(documentsRow)];
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
    snapshot: read,
    touch(game_date) {
      for (const key of known.keys()) if (key.startsWith(`${game_date}.r`)) known.delete(key);
      touched.add(game_date);
    },
    touchAll() {
      known.clear();
      listed = undefined;
    },
  };
}

type Listed = ReturnType<typeof joinDocuments>;

async function readList({ documents, warehouse, clock }: Ports): Promise<Listed> {
  const collections = (['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const).map(
    (name) => readOrchestrator(name).collection,
  );
  const batches = STATE.prediction_batches.path.split('/')[0] ?? '';
  const [phase3, phase4, begun, history] = await Promise.all([
    documents.query<CompletionState>(collections[0] ?? ''),
    documents.query<CompletionState>(collections[1] ?? ''),
    documents.query<PredictionBatch>(batches),
    // A date of today or tomorrow may have runs before it has any document.
    Promise.all([0, 1].map((days) => warehouse.runs({ game_date: dayAfter(clock.now(), days) }))),
  ]);
  const joined = joinDocuments(phase3, phase4, begun);
  const fresh = [
    ...new Map(
      history.flat().map(({ game_date, run }) => [`${game_date}.r${run}`, { game_date, run }]),
    ).values(),
  ]
    .filter(({ game_date, run }) => !joined.some((one) => one.game_date === game_date && one.run === run))
    .map((address) => ({ ...address, phase3: null, phase4: null, batch: null }));
  return [...fresh, ...joined];
}

function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
