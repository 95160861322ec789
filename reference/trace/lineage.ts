import type { ProcessorRunHistory } from '../../generated/models.ts';
import { ORCHESTRATORS } from '../../generated/topology.ts';
import { triggerExecutionId } from '../message/uuid.ts';

/** One run feeds or starts another. `read`: its output was read. `triggered`: it is the trigger that started the run. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: 'read' | 'triggered';
}

/** The runs that belong to what was asked for, and how they hang together. */
export interface Lineage {
  /** Oldest first. */
  readonly runs: readonly ProcessorRunHistory[];
  readonly links: readonly Link[];
  /** Execution ids of the runs that were asked for themselves. */
  readonly asked: readonly string[];
  /** Execution ids that a run names as its upstream and the history lacks. */
  readonly unknown: readonly string[];
}

/**
 * Collect everything behind and after the runs that were asked for, from scrapers to predictions.
 *
 * A fan-in carries one of five correlation_ids, so equal ids alone would lose four scraper runs: the links decide. What
 * comes after a run is followed down to the predictions, and what comes before any of these back to the scrapers.
 *
 * @param asked    execution ids.
 * @param history  all runs of one game_date and run, in any order.
 * @param scope    `all` as above; `before` leaves out what came after, as for one player's prediction.
 */
export function collectLineage(
  asked: readonly string[],
  history: readonly ProcessorRunHistory[],
  scope: 'all' | 'before',
): Lineage {
  const known = new Map(history.map((run) => [run.execution_id, run]));
  const links = history.flatMap((run) => linksTo(run, known));
  const after = scope === 'all' ? reach(asked, links, 'from') : new Set(asked);
  const wanted = reach([...after], links, 'to');
  const runs = history
    .filter(({ execution_id }) => wanted.has(execution_id))
    .toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  const kept = links.filter(({ from, to }) => wanted.has(to) && wanted.has(from));
  return {
    runs,
    links: kept.filter(({ from }) => known.has(from)),
    asked,
    unknown: [...new Set(kept.map(({ from }) => from).filter((id) => !known.has(id)))],
  };
}

function linksTo(run: ProcessorRunHistory, known: ReadonlyMap<string, unknown>): readonly Link[] {
  const to = run.execution_id;
  const read = run.upstream.map(({ execution_id }): Link => ({ from: execution_id, to, kind: 'read' }));
  if (run.phase !== 'phase_4_precompute') return read;
  // The history of a Phase 4 run names what it has read; the trigger that started it has an id that can be worked out.
  const triggers = Object.entries(ORCHESTRATORS).flatMap(([orchestrator, { levels }]) =>
    levels
      .filter(({ runs }) => runs.some((name) => name === run.processor_name))
      .map(({ level }) => triggerExecutionId(orchestrator, run.game_date, run.run, level)),
  );
  const started = triggers.filter((id) => known.has(id) && !read.some(({ from }) => from === id));
  return [...read, ...started.map((from): Link => ({ from, to, kind: 'triggered' }))];
}

/** Follows links from their one end to the other, as far as they go. */
function reach(start: readonly string[], links: readonly Link[], end: 'from' | 'to'): ReadonlySet<string> {
  const other = end === 'from' ? 'to' : 'from';
  const next = new Map<string, string[]>();
  for (const link of links) next.set(link[end], [...(next.get(link[end]) ?? []), link[other]]);
  const reached = new Set(start);
  for (const id of reached) for (const further of next.get(id) ?? []) reached.add(further);
  return reached;
}
