import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { FEATURE_STORE } from '../../../generated/registry.ts';
import type { Ports, Row } from '../../ports/ports.ts';
import type { Settings } from '../../ports/settings.ts';
import { preferLive } from '../../runs/inputs.ts';
import { FEATURE_TABLE } from '../../runs/output.ts';
import type { BatchAddress } from '../batch/address.ts';
import { decideReadiness, type Readiness } from './decide-readiness.ts';

/** Hold what the store says about Phase 4: its readiness, who is ready, and the run that made it. */
export interface Phase4State {
  readonly readiness: Readiness;
  /** Feature rows of the players who are ready, in order of player_lookup. */
  readonly ready_rows: readonly Row[];
  /** The latest usable feature store run; undefined while there is none. */
  readonly feature_run: ProcessorRunHistory | undefined;
  /** The latest usable run of any Phase 4 processor, for its correlation_id; undefined while there is none. */
  readonly latest_run: ProcessorRunHistory | undefined;
}

/**
 * Validate that Phase 4 is ready for a game_date and run, from the store alone.
 *
 * Completed means that the run history has the feature store under its canonical name, with success or partial; a
 * later failed run takes nothing back, and a backfill counts only where nothing live has run. Who is ready is counted in
 * the feature table, because only those rows can be read by a worker; how many were listed is the larger of the table and
 * what the run reported.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function validatePhase4Ready(ports: Ports, address: BatchAddress): Promise<Phase4State> {
  const { game_date, run } = address;
  const [history, rows] = await Promise.all([
    ports.warehouse.runs({ phase: 'phase_4_precompute', game_date, run }),
    ports.warehouse.rows(FEATURE_TABLE, game_date, run),
  ]);
  const usable = preferLive(history).filter(({ status }) => status === 'success' || status === 'partial');
  const feature_run = usable.findLast((finished) => finished.processor_name === FEATURE_STORE);
  const ready_rows = rows.filter((row) => row['ready'] === true);
  const readiness = decideReadiness({
    completed: feature_run !== undefined,
    begun: usable.length > 0,
    players_ready: ready_rows.length,
    players_total: Math.max(rows.length, feature_run?.players_total ?? 0),
  });
  return { readiness, ready_rows, feature_run, latest_run: usable.at(-1) };
}

/**
 * Wait until the feature store is completed, looking every `phase4_poll_seconds` for at most `phase4_wait_seconds`.
 *
 * The default wait ends a minute before the scheduler's longest attempt deadline, so that the scheduler hears the
 * answer instead of calling a second time. Time passes on the injected clock only.
 *
 * @param unneeded  asked before each look; `true` ends the wait, such as when the batch was started by its trigger.
 * @returns the last state that was seen.
 */
export async function waitForPhase4(
  ports: Ports,
  settings: Settings,
  address: BatchAddress,
  unneeded: () => Promise<boolean>,
): Promise<Phase4State> {
  const give_up_at = ports.clock.now().getTime() + settings.phase4_wait_seconds * 1000;
  for (;;) {
    const phase4 = await validatePhase4Ready(ports, address);
    const left_ms = give_up_at - ports.clock.now().getTime();
    if (phase4.readiness.completed || left_ms <= 0 || (await unneeded())) return phase4;
    ports.log.info(`Phase 4 is not complete for ${address.game_date}; looking again`, {
      ...address,
      left_seconds: left_ms / 1000,
    });
    await ports.clock.wait(Math.min(settings.phase4_poll_seconds * 1000, left_ms));
  }
}

/**
 * List who may be predicted: ready players whose recent minutes reach the batch's minimum.
 *
 * @param min_minutes  null asks for everybody who is ready.
 */
export function eligiblePlayers(ready_rows: readonly Row[], min_minutes: number | null): readonly string[] {
  return ready_rows
    .filter((row) => min_minutes === null || Number(row['minutes']) >= min_minutes)
    .map((row) => String(row['player_lookup']));
}
