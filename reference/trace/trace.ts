import type { ProcessorRunHistory } from '../../generated/models.ts';

/** One run and the runs whose output it read, down to the scrapers. */
export interface TraceNode {
  readonly phase: string;
  readonly processor_name: string;
  readonly execution_id: string;
  readonly correlation_id: string;
  readonly status: string;
  /** Records that the run produced; null for a run that is not in the history. */
  readonly record_count: number | null;
  readonly upstream: readonly TraceNode[];
}

/**
 * Follows one run back through every run that fed it.
 *
 * @param execution_id  the run to start from.
 * @param history       all known runs, in any order.
 * @returns the tree of runs; a run that the history lacks is a leaf with status `unknown`, never left out.
 */
export function traceRun(execution_id: string, history: readonly ProcessorRunHistory[]): TraceNode {
  const runs = new Map(history.map((run) => [run.execution_id, run]));
  const follow = (
    id: string,
    processor: string,
    correlation_id: string,
    above: ReadonlySet<string>,
  ): TraceNode => {
    const run = runs.get(id);
    // A run can only have read what was finished before it, so meeting it again above itself is a broken history.
    if (run === undefined || above.has(id)) {
      const status = run === undefined ? 'unknown' : 'cycle';
      return {
        phase: run?.phase ?? 'unknown',
        processor_name: processor,
        execution_id: id,
        correlation_id,
        status,
        record_count: null,
        upstream: [],
      };
    }
    const below = new Set([...above, id]);
    return {
      phase: run.phase,
      processor_name: run.processor_name,
      execution_id: id,
      correlation_id: run.correlation_id,
      status: run.status,
      record_count: run.record_count,
      upstream: run.upstream.map((source) =>
        follow(source.execution_id, source.processor, source.correlation_id, below),
      ),
    };
  };
  return follow(execution_id, 'unknown', 'unknown', new Set());
}

/** Lists the distinct scraper runs at the bottom of a trace, in order of first appearance. */
export function scraperRuns(trace: TraceNode): readonly TraceNode[] {
  const found = new Map<string, TraceNode>();
  const visit = (node: TraceNode): void => {
    if (node.phase === 'phase_1_scrapers') found.set(node.execution_id, node);
    for (const source of node.upstream) visit(source);
  };
  visit(trace);
  return [...found.values()];
}

/**
 * Draws a trace as indented lines; a run that was already drawn is named again without what fed it.
 *
 * @returns lines such as `├─ player_daily_cache  success  229 records  1f0c…`.
 */
export function drawTrace(trace: TraceNode): readonly string[] {
  const seen = new Set<string>();
  const draw = (node: TraceNode, lead: string, branch: string): readonly string[] => {
    const again = seen.has(node.execution_id) && node.upstream.length > 0;
    seen.add(node.execution_id);
    const records =
      node.record_count === null ? '' : `  ${node.record_count} record${node.record_count === 1 ? '' : 's'}`;
    const line = `${lead}${branch}${node.processor_name}  ${node.status}${records}  ${node.execution_id}${again ? '  (as above)' : ''}`;
    if (again) return [line];
    const inner = lead + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ');
    const last = node.upstream.length - 1;
    return [
      line,
      ...node.upstream.flatMap((source, index) => draw(source, inner, index === last ? '└─ ' : '├─ ')),
    ];
  };
  return draw(trace, '', '');
}
