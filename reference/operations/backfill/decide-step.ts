import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PROCESSORS, type ProcessorPhase } from '../../../generated/registry.ts';
import { readOrchestrator } from '../../orchestration/state.ts';
import { decideLoaded } from './decide-loaded.ts';

/** Up to which phase history is loaded. */
export type Through = 2 | 3 | 4;

/** A step that can be asked for: files and raw tables, the tables of Phase 3, those of one cascade level. */
export type Ask =
  | { readonly kind: 'raw' }
  | { readonly kind: 'analytics'; readonly waits_for: readonly string[] }
  | { readonly kind: 'level'; readonly level: number; readonly waits_for: readonly string[] };

/**
 * What a date needs next. `done` with the records of all its tables; `no_games` where the list of games is empty. `failed`
 * names the processors whose last run failed for good, those runs, and what would have to be asked for again.
 */
export type Step =
  | Ask
  | { readonly kind: 'done'; readonly records: number }
  | { readonly kind: 'no_games' }
  | {
      readonly kind: 'failed';
      readonly failed: readonly string[];
      readonly runs: string;
      readonly again: Ask;
    };

/** The cascade levels of Phase 4 in order, with what each runs. */
export const LEVELS: readonly { readonly level: number; readonly runs: readonly string[] }[] = [
  ...readOrchestrator('phase3-to-phase4-orchestrator').levels,
  ...readOrchestrator('phase4-orchestrator').levels,
];

/** Where the league lists the games of a date. */
const LIST_OF_GAMES: keyof typeof PROCESSORS.phase_2_raw = 'nbac_schedule_games';

/**
 * Decide what a date of a backfill needs next.
 *
 * Raw tables must be those of this backfill, by its reason. A table of Phases 3 and 4 is computed once per date and run, so
 * whoever computed it, it counts; one that is empty counts too, as on the first date of a season. A run that failed for
 * good ends the date unless another run of its processor counts.
 *
 * @param history  finished runs of run 1 of the date, oldest first.
 */
export function decideStep(history: readonly ProcessorRunHistory[], reason: string, through: Through): Step {
  const { state, failed, records } = decideLoaded(history, reason);
  if (state === 'none' || state === 'under_way') return { kind: 'raw' };
  if (state === 'failed') return failure(history, failed, { kind: 'raw' });
  if (hasNoGames(history)) return { kind: 'no_games' };
  if (through === 2) return { kind: 'done', records };
  const analytics = standOf(history, 'phase_3_analytics', Object.keys(PROCESSORS.phase_3_analytics));
  const ask = { kind: 'analytics', waits_for: [...analytics.missing, ...analytics.failed] } as const;
  if (analytics.failed.length > 0) return failure(history, analytics.failed, ask);
  if (analytics.missing.length > 0) return ask;
  if (through === 3) return { kind: 'done', records: records + analytics.records };
  let all = records + analytics.records;
  for (const { level, runs } of LEVELS) {
    const stand = standOf(history, 'phase_4_precompute', runs);
    const due = { kind: 'level', level, waits_for: [...stand.missing, ...stand.failed] } as const;
    if (stand.failed.length > 0) return failure(history, stand.failed, due);
    if (stand.missing.length > 0) return due;
    all += stand.records;
  }
  return { kind: 'done', records: all };
}

function failure(history: readonly ProcessorRunHistory[], failed: readonly string[], again: Ask): Step {
  const runs = failed.map(
    (name) => history.findLast(({ processor_name }) => processor_name === name)?.execution_id ?? '',
  );
  return { kind: 'failed', failed, runs: runs.join(','), again };
}

function hasNoGames(history: readonly ProcessorRunHistory[]): boolean {
  const listed = history.filter(({ processor_name }) => processor_name === LIST_OF_GAMES);
  return listed.length > 0 && listed.every(({ status }) => status === 'no_data');
}

interface Stand {
  readonly missing: readonly string[];
  readonly failed: readonly string[];
  readonly records: number;
}

function standOf(
  history: readonly ProcessorRunHistory[],
  phase: ProcessorPhase,
  processors: readonly string[],
): Stand {
  const lasts = processors.map((name) => {
    const own = history.filter((run) => run.phase === phase && run.processor_name === name);
    return { name, run: own.findLast(({ status }) => status !== 'failed') ?? own.at(-1) };
  });
  return {
    missing: lasts.filter(({ run }) => run === undefined).map(({ name }) => name),
    failed: lasts.filter(({ run }) => run?.status === 'failed').map(({ name }) => name),
    records: lasts.reduce((sum, { run }) => sum + (run?.record_count ?? 0), 0),
  };
}
