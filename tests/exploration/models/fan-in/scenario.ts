import type { ModelHistory } from '../cloud/history.ts';

/** The part of a completion that a fan-in decides by. */
export interface Completion {
  readonly processor_name: string;
  readonly game_date: string;
  readonly status: 'success' | 'partial' | 'no_data' | 'failed';
  readonly execution_id: string;
  readonly correlation_id: string;
  readonly skip_downstream_trigger: boolean;
}

/** The part of a trigger that a fan-in is judged by. */
export interface Trigger {
  /** Names the logical trigger: the same for each repeat, another for each other one. */
  readonly execution_id: string;
  readonly game_date: string;
  readonly level: number;
  readonly correlation_id: string;
}

/** A level of a cascade; a plain fan-in has one. */
export interface Level {
  readonly level: number;
  /** Canonical names whose success starts this level. */
  readonly waits_for: readonly string[];
}

/** Who waits for whom, and what is delivered. */
export interface Scenario {
  readonly levels: readonly Level[];
  readonly completions: readonly Completion[];
}

/** The history of a run of a fan-in. */
export type FanInHistory = ModelHistory<Completion>;

/** Tell whether a completion counts: success and partial do, unless it is a backfill that starts nothing. */
export function counts(completion: Completion): boolean {
  return (
    (completion.status === 'success' || completion.status === 'partial') &&
    !completion.skip_downstream_trigger
  );
}

/** Make one successful completion per name, for one date. */
export function completionsOf(
  names: readonly string[],
  game_date = '2024-01-15',
  change: Partial<Completion> = {},
): readonly Completion[] {
  return names.map((processor_name) => ({
    processor_name,
    game_date,
    status: 'success',
    execution_id: `run-of-${processor_name}-${game_date}`,
    correlation_id: `scrape-of-${processor_name}-${game_date}`,
    skip_downstream_trigger: false,
    ...change,
  }));
}
