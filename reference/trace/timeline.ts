import type { Phase, ProcessorRunHistory } from '../../generated/models.ts';
import type { Lineage } from './lineage.ts';

/** One run, or many alike, as a bar of the timeline. Times are milliseconds since the epoch. */
export interface Bar {
  readonly id: string;
  readonly start_ms: number;
  readonly end_ms: number;
  /** The worst status among its runs. */
  readonly status: string;
  /** More than one when runs of one processor are drawn together. */
  readonly runs: readonly ProcessorRunHistory[];
  /** Bars whose output it read or that triggered it. */
  readonly fed_by: readonly string[];
  /** It was asked for itself. */
  readonly asked: boolean;
  /** From the end of the last bar that fed it to its own start; null when nothing did. */
  readonly waited_ms: number | null;
}

/** One processor: its bars, oldest first. */
export interface TimelineRow {
  readonly processor: string;
  readonly bars: readonly Bar[];
}

/** One phase: its rows in order of first start. */
export interface Lane {
  readonly phase: Phase;
  readonly rows: readonly TimelineRow[];
}

/** What a page draws. */
export interface Timeline {
  readonly game_date: string;
  readonly run: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly lanes: readonly Lane[];
  readonly bars: readonly Bar[];
  readonly unknown: readonly string[];
}

/** Runs of one processor are drawn together from this many on, since a batch has hundreds of workers. */
const GROUPED_FROM = 8;

/** What each phase is called where people read, in the order of the pipeline. */
export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  phase_1_scrapers: 'Phase 1  scrapers',
  phase_2_raw: 'Phase 2  raw tables',
  phase_3_analytics: 'Phase 3  analytics',
  orchestration: 'Orchestrators',
  phase_4_precompute: 'Phase 4  precompute',
  phase_5_predictions: 'Phase 5  predictions',
};
const PHASES = Object.keys(PHASE_TITLES) as readonly Phase[];

/** The worst comes first. */
const STATUSES: readonly string[] = ['failed', 'no_data', 'partial', 'success'];

/** Lay out a lineage in time: a lane per phase, a row per processor, a bar per run or group of runs. */
export function layOutTimeline({ runs, links, asked, unknown }: Lineage): Timeline {
  const groups = groupRuns(runs);
  const barOf = new Map(
    groups.flatMap((group) => group.map((run) => [run.execution_id, idOf(group)] as const)),
  );
  const drafts = groups.map((group) => ({
    id: idOf(group),
    start_ms: Math.min(...group.map((run) => Date.parse(run.started_at))),
    end_ms: Math.max(...group.map((run) => Date.parse(run.finished_at))),
    status: STATUSES.find((status) => group.some((run) => run.status === status)) ?? 'success',
    runs: group,
    asked: asked.length < runs.length && group.some(({ execution_id }) => asked.includes(execution_id)),
  }));
  const bars = drafts.map((draft): Bar => {
    const sources = links
      .filter(({ to }) => barOf.get(to) === draft.id)
      .map(({ from }) => barOf.get(from) ?? from);
    const fed_by = [...new Set(sources)].filter((source) => source !== draft.id);
    const ends = drafts.filter(({ id }) => fed_by.includes(id)).map(({ end_ms }) => end_ms);
    const waited_ms = ends.length === 0 ? null : draft.start_ms - Math.max(...ends);
    return { ...draft, fed_by, waited_ms };
  });
  return {
    game_date: runs[0]?.game_date ?? '',
    run: runs[0]?.run ?? 1,
    start_ms: Math.min(...bars.map(({ start_ms }) => start_ms)),
    end_ms: Math.max(...bars.map(({ end_ms }) => end_ms)),
    lanes: lanesOf(bars),
    bars,
    unknown,
  };
}

/** Runs that failed stay bars of their own: they are what the reader is looking for. */
function groupRuns(runs: readonly ProcessorRunHistory[]): readonly (readonly ProcessorRunHistory[])[] {
  const byProcessor = groupBy(runs, ({ phase, processor_name }) => `${phase}/${processor_name}`);
  return [...byProcessor.values()].flatMap((own) => {
    const sound = own.filter(({ status }) => status === 'success');
    if (sound.length < GROUPED_FROM) return own.map((run) => [run]);
    return [sound, ...own.filter(({ status }) => status !== 'success').map((run) => [run])];
  });
}

function idOf(group: readonly ProcessorRunHistory[]): string {
  const [first] = group;
  return group.length === 1 ? (first?.execution_id ?? '') : `${first?.processor_name}*${group.length}`;
}

function lanesOf(bars: readonly Bar[]): readonly Lane[] {
  return PHASES.flatMap((phase) => {
    const own = bars.filter(({ runs }) => runs[0]?.phase === phase);
    if (own.length === 0) return [];
    const byProcessor = groupBy(own, ({ runs }) => runs[0]?.processor_name ?? '');
    const rows = [...byProcessor].map(([processor, its]) => ({
      processor,
      bars: its.toSorted((a, b) => a.start_ms - b.start_ms),
    }));
    return [{ phase, rows: rows.toSorted((a, b) => startOf(a) - startOf(b)) }];
  });
}

function startOf({ bars }: TimelineRow): number {
  return bars[0]?.start_ms ?? 0;
}

function groupBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** Name what a bar shows: its processor, and how many runs of it. */
export function nameOfBar({ runs }: Bar): string {
  const name = runs[0]?.processor_name ?? '';
  return runs.length > 1 ? `${runs.length} × ${name}` : name;
}
