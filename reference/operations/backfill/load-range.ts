import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ComponentCalls } from '../calls/component-calls.ts';
import { decideLoaded, type Loaded } from './decide-loaded.ts';

/** A range of dates to load as history. */
export interface Backfill {
  readonly dates: readonly string[];
  /** Dates that had games; null when that is not known, and every date is asked for. */
  readonly game_days: ReadonlySet<string> | null;
  readonly reason: string;
  /** How long the raw tables of one date may take after its files. */
  readonly patience_seconds: number;
  /** Ends the backfill after the date that is under way. */
  readonly interrupted: () => boolean;
}

/**
 * What became of one date. `before`: loaded by an earlier call. `no_games`, `no_figures`: skipped. `late`: its tables did
 * not come within the patience. `refused`: Phase 1 said no.
 */
export interface DateOutcome {
  readonly game_date: string;
  readonly outcome: 'loaded' | 'before' | 'no_games' | 'no_figures' | 'late' | 'failed' | 'refused';
  readonly records: number;
  /** What is wrong; null when nothing is. */
  readonly problem: string | null;
}

const POLL_MS = 250;

/**
 * Load every date of a range that is not loaded yet, one after the other, and tell each as it comes.
 *
 * @throws {PipelineError} COMPONENT_UNAVAILABLE or STORE_UNAVAILABLE, since every further date would meet the same.
 * @see requirements BACK-001, BACK-004
 */
export async function loadRange(
  ports: Ports,
  calls: ComponentCalls,
  backfill: Backfill,
  onDate: (outcome: DateOutcome) => void,
): Promise<readonly DateOutcome[]> {
  const outcomes: DateOutcome[] = [];
  for (const game_date of backfill.dates) {
    if (backfill.interrupted()) break;
    const outcome = await loadDate(ports, calls, backfill, game_date);
    outcomes.push(outcome);
    onDate(outcome);
  }
  return outcomes;
}

async function loadDate(
  ports: Ports,
  calls: ComponentCalls,
  backfill: Backfill,
  game_date: string,
): Promise<DateOutcome> {
  const about = { game_date, records: 0, problem: null };
  if (backfill.game_days !== null && !backfill.game_days.has(game_date)) {
    return { ...about, outcome: 'no_games' };
  }
  const before = await readLoaded(ports, backfill, game_date);
  if (before.state === 'loaded') return { ...about, outcome: 'before', records: before.records };
  const { status, body } = await calls.call({
    component: 'phase1-scrapers',
    method: 'POST',
    path: '/scrape',
    body: {
      game_date,
      trigger_source: 'manual',
      workflow: 'backfill',
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: backfill.reason,
    },
  });
  if (status === 200) return waitForTables(ports, backfill, game_date);
  const { error, message } = (body ?? {}) as { readonly error?: string; readonly message?: string };
  const problem = message ?? `phase1-scrapers answered ${status}`;
  if (status === 503) throw new PipelineError('COMPONENT_UNAVAILABLE', problem, { game_date, status });
  return error === 'UNKNOWN_GAME_DATE'
    ? { ...about, outcome: 'no_figures' }
    : { ...about, outcome: 'refused', problem };
}

/** The history is asked until every raw table has reported; nothing is said on any topic. */
async function waitForTables(ports: Ports, backfill: Backfill, game_date: string): Promise<DateOutcome> {
  const give_up_at = ports.clock.now().getTime() + backfill.patience_seconds * 1000;
  for (;;) {
    const { state, failed, records } = await readLoaded(ports, backfill, game_date);
    if (state === 'loaded') return { game_date, outcome: 'loaded', records, problem: null };
    if (state === 'failed') {
      const problem = `${failed.join(', ')} failed; see pipeline status --date ${game_date}`;
      return { game_date, outcome: 'failed', records, problem };
    }
    if (ports.clock.now().getTime() >= give_up_at) {
      const problem = `not every raw table came within ${backfill.patience_seconds} s; is phase2-raw well?`;
      return { game_date, outcome: 'late', records, problem };
    }
    await ports.clock.wait(POLL_MS);
  }
}

async function readLoaded(ports: Ports, { reason }: Backfill, game_date: string): Promise<Loaded> {
  return decideLoaded(await ports.warehouse.runs({ game_date, skip_downstream_trigger: true }), reason);
}
