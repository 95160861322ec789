import type { CompletionRecord, RunStatus, TriggerRecord } from '../../generated/models.ts';
import { ORCHESTRATORS, STATE } from '../../generated/topology.ts';

/** What an orchestrator remembers of one game_date and run: a record per canonical name, an entry per trigger. */
export type CompletionState = Readonly<Record<string, CompletionRecord | TriggerRecord>>;

/** One cascade level as the contract describes it. */
export interface Level {
  readonly level: 1 | 2 | 3;
  /** Field of the state document that holds the trigger. */
  readonly entry: string;
  readonly waits_for: readonly string[];
  readonly runs: readonly string[];
}

/** One orchestrator as the contract describes it; the code knows no other difference between the two. */
export interface Orchestrator {
  readonly name: OrchestratorName;
  readonly dataset: string;
  readonly table: string;
  /** Collection of the state documents. */
  readonly collection: string;
  readonly counts: readonly RunStatus[];
  /** Topic of the completions. */
  readonly listens_to: (typeof ORCHESTRATORS)[OrchestratorName]['listens_to'];
  /** Topic of the triggers. */
  readonly triggers: string;
  /** In order of level. */
  readonly levels: readonly Level[];
}

/** The orchestrators of the contract. */
export type OrchestratorName = keyof typeof ORCHESTRATORS;

/** Read one orchestrator from the contract. */
export function readOrchestrator(name: OrchestratorName): Orchestrator {
  const { dataset, table, state, counts, listens_to, triggers, levels } = ORCHESTRATORS[name];
  const collection = STATE[state].path.split('/')[0] ?? state;
  return { name, dataset, table, collection, counts, listens_to, triggers, levels };
}

/** Name the state document of a game_date and run: `phase3_completion/2024-01-15`, with `.r2` for run 2. */
export function statePath(orchestrator: Orchestrator, game_date: string, run: number): string {
  return `${orchestrator.collection}/${game_date}${run === 1 ? '' : `.r${run}`}`;
}

/** Read game_date and run back from the id of a state document. */
export function readStateId(id: string): { readonly game_date: string; readonly run: number } {
  const [game_date = id, run = '1'] = id.split('.r');
  return { game_date, run: Number(run) };
}

/** Find the record of a processor. */
export function recordOf(state: CompletionState, processor: string): CompletionRecord | undefined {
  const record = state[processor];
  return record !== undefined && 'completed_at' in record ? record : undefined;
}

/** Find the entry of a trigger. */
export function triggerOf(state: CompletionState, entry: string): TriggerRecord | undefined {
  const record = state[entry];
  return record !== undefined && 'message' in record ? record : undefined;
}
