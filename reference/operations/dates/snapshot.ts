import type { PredictionBatch, ProcessorClaim, ProcessorRunHistory } from '../../../generated/models.ts';
import { PROCESSORS } from '../../../generated/registry.ts';
import { type CompletionState, readOrchestrator, statePath } from '../../orchestration/state.ts';
import type { Ports } from '../../ports/ports.ts';
import { type BatchAddress, batchPath } from '../../predictions/batch/address.ts';
import { countPlayers } from '../../predictions/status/batch-status.ts';
import { NO_PLAYERS, type PlayerCounts } from '../../predictions/status/decide-status.ts';
import { FEATURE_TABLE } from '../../runs/output.ts';
import { type DeadLetter, deadLetterQueues, gameDateOf, runOf } from '../dead-letters/dead-letter.ts';
import type { DeadLetters } from '../dead-letters/replay.ts';

/** The claim of one processor run, and whose output it works on. */
export interface KnownClaim {
  readonly processor: string;
  readonly claim: ProcessorClaim;
}

/** Everything that is on record for one game_date and run. It survives JSON. */
export interface DateSnapshot {
  readonly game_date: string;
  readonly run: number;
  /** Finished runs of this date and run, oldest first. */
  readonly history: readonly ProcessorRunHistory[];
  /** Every run number that the date has on record, ascending. */
  readonly run_numbers: readonly number[];
  readonly phase3: CompletionState | null;
  readonly phase4: CompletionState | null;
  readonly batch: PredictionBatch | null;
  readonly players: PlayerCounts;
  /** Players in the feature table, and those of them that are ready. */
  readonly features: { readonly ready: number; readonly total: number };
  readonly claims: readonly KnownClaim[];
  /** Those of this date and run, and those that name no date or no run. */
  readonly dead_letters: readonly DeadLetter[];
}

/**
 * Read what is on record for a date and run. Nothing is changed; dead letters are given back.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE or BROKER_UNAVAILABLE when the cloud does not answer.
 */
export async function readSnapshot(
  ports: Pick<Ports, 'documents' | 'warehouse'> & Ports,
  letters: Pick<DeadLetters, 'peek'>,
  address: BatchAddress,
): Promise<DateSnapshot> {
  const { game_date, run } = address;
  const state = (name: Parameters<typeof readOrchestrator>[0]) =>
    ports.documents.get<CompletionState>(statePath(readOrchestrator(name), game_date, run));
  const [all_runs, phase3, phase4, batch, features, dead_letters] = await Promise.all([
    ports.warehouse.runs({ game_date }),
    state('phase3-to-phase4-orchestrator'),
    state('phase4-orchestrator'),
    ports.documents.get<PredictionBatch>(batchPath(address)),
    ports.warehouse.rows(FEATURE_TABLE, game_date, run),
    peekRun(letters, address),
  ]);
  const history = all_runs.filter((finished) => finished.run === run);
  return {
    game_date,
    run,
    history,
    run_numbers: [...new Set(all_runs.map((finished) => finished.run))].sort((a, b) => a - b),
    phase3: phase3 ?? null,
    phase4: phase4 ?? null,
    batch: batch ?? null,
    players: batch === undefined ? NO_PLAYERS : await countPlayers(ports, address, batch.batch_id),
    features: { ready: features.filter((row) => row['ready'] === true).length, total: features.length },
    claims: await readClaims(ports, address, history),
    dead_letters,
  };
}

async function peekRun(
  letters: Pick<DeadLetters, 'peek'>,
  { game_date, run }: BatchAddress,
): Promise<readonly DeadLetter[]> {
  const queues = await Promise.all(deadLetterQueues().map(({ topic }) => letters.peek(topic)));
  return queues
    .flat()
    .filter(
      (letter) => [game_date, null].includes(gameDateOf(letter)) && [run, null].includes(runOf(letter)),
    );
}

/** Claims are looked up by key, since the collection holds those of ninety days. */
async function readClaims(
  ports: Ports,
  { game_date, run }: BatchAddress,
  history: readonly ProcessorRunHistory[],
): Promise<readonly KnownClaim[]> {
  const { phase_1_scrapers, phase_2_raw, phase_3_analytics, phase_4_precompute } = PROCESSORS;
  const perDate = [phase_1_scrapers, phase_3_analytics, phase_4_precompute].flatMap((phase) =>
    Object.keys(phase).map((processor) => ({ processor, key: `${processor}.${game_date}.r${run}` })),
  );
  const perFile = Object.entries(phase_2_raw).flatMap(([processor, { requires }]) =>
    history
      .filter(({ processor_name }) => requires.some((scraper) => scraper === processor_name))
      .map(({ execution_id }) => ({ processor, key: `${processor}.${game_date}.r${run}.${execution_id}` })),
  );
  const found = await Promise.all(
    [...perDate, ...perFile].map(async ({ processor, key }) => {
      const claim = await ports.documents.get<ProcessorClaim>(`processor_claims/${encodeURIComponent(key)}`);
      return claim === undefined ? [] : [{ processor, claim }];
    }),
  );
  return found.flat();
}
