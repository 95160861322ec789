import type { Phase, ProcessorClaim, ProcessorRunHistory } from '../../../generated/models.ts';
import { PROCESSORS } from '../../../generated/registry.ts';
import { decideReady } from '../../analytics/decide-ready.ts';
import { readOrchestrator, triggerOf } from '../../orchestration/state.ts';
import type { DateSnapshot } from './snapshot.ts';

/**
 * How one processor stands.
 *
 * | state | meaning |
 * |---|---|
 * | done | a run ended success or partial, and said so |
 * | empty | its last run ended no_data |
 * | failed | its last run failed for good |
 * | owed | a run has ended and its completion is not out |
 * | working | a run holds a claim that has not expired |
 * | stuck | a run held a claim that has expired |
 * | due | everything that it needs is there, and it has not run |
 * | waiting | something that it needs is not there |
 */
export type StandingState = 'done' | 'empty' | 'failed' | 'owed' | 'working' | 'stuck' | 'due' | 'waiting';

/** One processor of one date and run. */
export interface Standing {
  readonly phase: Phase;
  readonly processor: string;
  readonly state: StandingState;
  /** The run that the state comes from; null when there is none. */
  readonly run: ProcessorRunHistory | null;
  /** The claim that the state comes from; null when there is none. */
  readonly claim: ProcessorClaim | null;
  /** Processors that it waits for; only with `waiting`. */
  readonly waits_for: readonly string[];
  /** UTC; when the last thing that it needs came. Null when that is not known. */
  readonly since: string | null;
}

/** How every processor of Phases 1 to 4 stands, in the order of the contract. */
export function decideStandings(snapshot: DateSnapshot, now: string): readonly Standing[] {
  const known = new Map<string, Standing>();
  const add = (phase: CorePhase, processor: string, needs: Needs): void => {
    known.set(processor, decideStanding(snapshot, phase, processor, needs, now));
  };
  for (const scraper of Object.keys(PROCESSORS.phase_1_scrapers)) add('phase_1_scrapers', scraper, NOTHING);
  for (const [processor, { requires }] of Object.entries(PROCESSORS.phase_2_raw)) {
    const files = requires.map((scraper) => known.get(scraper));
    const missing = requires.filter((_, index) => !isFilled(files[index]?.state));
    add('phase_2_raw', processor, { missing, since: latest(files.map((file) => file?.run?.finished_at)) });
  }
  const raw = liveRuns(snapshot).filter(({ phase }) => phase === 'phase_2_raw');
  for (const [processor, { requires }] of Object.entries(PROCESSORS.phase_3_analytics)) {
    const tables = decideReady(requires, raw, false);
    // A table whose completion is not out yet is filled, but nobody has told Phase 3.
    const untold = requires.filter((table) => known.get(table)?.state === 'owed');
    const missing = tables.state === 'waiting' ? [...new Set([...tables.missing, ...untold])] : untold;
    const inputs = tables.state === 'waiting' ? [] : tables.inputs;
    add('phase_3_analytics', processor, {
      missing,
      since: latest(inputs.map(({ finished_at }) => finished_at)),
    });
  }
  for (const { entry, runs, waits_for, state } of levels(snapshot)) {
    const trigger = triggerOf(state ?? {}, entry);
    const sent = trigger?.published_at ?? null;
    for (const processor of runs) {
      add('phase_4_precompute', processor, { missing: sent === null ? waits_for : [], since: sent });
    }
  }
  return [...known.values()];
}

/** The runs that count for live work: a backfill that published nothing is none of them. */
export function liveRuns({ history }: DateSnapshot): readonly ProcessorRunHistory[] {
  return history.filter(({ skip_downstream_trigger }) => !skip_downstream_trigger);
}

type CorePhase = 'phase_1_scrapers' | 'phase_2_raw' | 'phase_3_analytics' | 'phase_4_precompute';

interface Needs {
  readonly missing: readonly string[];
  readonly since: string | null;
}

const NOTHING: Needs = { missing: [], since: null };

function decideStanding(
  snapshot: DateSnapshot,
  phase: CorePhase,
  processor: string,
  needs: Needs,
  now: string,
): Standing {
  const runs = liveRuns(snapshot).filter((run) => run.phase === phase && run.processor_name === processor);
  const run = runs.findLast(({ status }) => counts(status)) ?? runs.at(-1) ?? null;
  const claims = snapshot.claims.filter((known) => known.processor === processor).map(({ claim }) => claim);
  const standing = { phase, processor, run, waits_for: [], since: needs.since };
  const owed = claims.find(owesCompletion);
  if (owed !== undefined) return { ...standing, state: 'owed', claim: owed };
  if (run !== null && counts(run.status)) return { ...standing, state: 'done', claim: null };
  const claim = claims.find(({ state }) => state === 'running') ?? null;
  if (claim !== null && claim.held_by !== null) {
    return { ...standing, state: claim.lease_expires_at > now ? 'working' : 'stuck', claim };
  }
  if (run !== null) return { ...standing, state: run.status === 'failed' ? 'failed' : 'empty', claim: null };
  if (needs.missing.length > 0) {
    return { ...standing, state: 'waiting', claim: null, waits_for: needs.missing };
  }
  return { ...standing, state: 'due', claim: null };
}

function levels(snapshot: DateSnapshot) {
  const cascade = [
    { orchestrator: readOrchestrator('phase3-to-phase4-orchestrator'), state: snapshot.phase3 },
    { orchestrator: readOrchestrator('phase4-orchestrator'), state: snapshot.phase4 },
  ];
  return cascade.flatMap(({ orchestrator, state }) =>
    orchestrator.levels.map((level) => ({ ...level, state })),
  );
}

function owesCompletion({ state, completions, skip_downstream_trigger }: ProcessorClaim): boolean {
  if (state !== 'finished' || skip_downstream_trigger) return false;
  return completions.some(({ published_at }) => published_at === null);
}

/** A scraper that found nothing has a file all the same, and Phase 2 loads it. */
function isFilled(state: StandingState | undefined): boolean {
  return state === 'done' || state === 'empty';
}

function counts(status: string): boolean {
  return status === 'success' || status === 'partial';
}

function latest(times: readonly (string | undefined)[]): string | null {
  return (
    times
      .flatMap((time) => time ?? [])
      .toSorted((a, b) => Date.parse(a) - Date.parse(b))
      .at(-1) ?? null
  );
}
