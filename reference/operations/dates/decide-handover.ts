import type { TriggerRecord } from '../../../generated/models.ts';
import {
  type CompletionState,
  type Level,
  type Orchestrator,
  readOrchestrator,
  recordOf,
  statePath,
  triggerOf,
} from '../../orchestration/state.ts';
import type { Standing } from './decide-standing.ts';
import { type Finding, isFresh, shortTime } from './finding.ts';
import type { DateSnapshot } from './snapshot.ts';

/**
 * Find what hangs at the two orchestrators: runs that ended and were not counted, and triggers that are not out.
 *
 * @see docs/operating/orchestrator-state.md
 */
export function findHandovers(
  snapshot: DateSnapshot,
  standings: readonly Standing[],
  now: string,
): readonly Finding[] {
  const seats = [
    {
      orchestrator: readOrchestrator('phase3-to-phase4-orchestrator'),
      state: snapshot.phase3,
      where: 'phase 3 to 4',
      repeat: 'fan-in',
      phase: 'phase_3_analytics',
    },
    {
      orchestrator: readOrchestrator('phase4-orchestrator'),
      state: snapshot.phase4,
      where: 'phase 4',
      repeat: 'cascade',
      phase: 'phase_4_precompute',
    },
  ];
  return seats.flatMap(({ orchestrator, state, where, repeat, phase }) => {
    const seat: Seat = { orchestrator, state: state ?? {}, where, now, snapshot };
    const reporting = standings.filter((standing) => standing.phase === phase && standing.state === 'done');
    return [
      ...findUncounted(seat, reporting, repeat),
      ...orchestrator.levels.flatMap((level) => findTrigger(seat, level)),
    ];
  });
}

interface Seat {
  readonly orchestrator: Orchestrator;
  readonly state: CompletionState;
  readonly where: string;
  readonly now: string;
  readonly snapshot: DateSnapshot;
}

function findUncounted(
  { orchestrator, state, where, now, snapshot }: Seat,
  reporting: readonly Standing[],
  repeat: string,
): readonly Finding[] {
  const path = statePath(orchestrator, snapshot.game_date, snapshot.run);
  return reporting.flatMap(({ processor, run }) => {
    const record = recordOf(state, processor);
    if (run === null || (record !== undefined && orchestrator.counts.includes(record.status))) return [];
    const ended = `${processor} ended ${run.status} at ${shortTime(run.finished_at, now)}`;
    const fresh = isFresh(run.finished_at, now);
    const finding: Finding = {
      kind: fresh ? 'wait' : 'problem',
      code: 'NOT_COUNTED',
      where,
      subject: processor,
      sentence: fresh
        ? `${ended} and ${path} has not counted it yet; its completion is on its way`
        : `${ended} and ${path} has not counted it: its completion was lost or refused on the way to ${orchestrator.name}`,
      next: fresh ? null : ['trigger', repeat],
    };
    return [finding];
  });
}

function findTrigger(seat: Seat, level: Level): readonly Finding[] {
  const { orchestrator, state, where, now, snapshot } = seat;
  const trigger = triggerOf(state, level.entry);
  const path = statePath(orchestrator, snapshot.game_date, snapshot.run);
  if (trigger?.status === 'published') return [];
  const about = { where, subject: level.entry };
  if (trigger !== undefined)
    return [{ ...about, code: 'TRIGGER_PENDING', ...pending(trigger, level, path, now) }];
  const counted = level.waits_for.every((name) => {
    const record = recordOf(state, name);
    return record !== undefined && orchestrator.counts.includes(record.status);
  });
  if (!counted) return [];
  return [
    {
      ...about,
      kind: 'problem',
      code: 'TRIGGER_MISSING',
      sentence: `${path} has all ${level.waits_for.length} of level ${level.level} and no ${level.entry}: ${orchestrator.name} never decided it`,
      next: ['trigger', '4', '--level', String(level.level)],
    },
  ];
}

function pending(
  { decided_at, claimed_by, claim_expires_at }: TriggerRecord,
  level: Level,
  path: string,
  now: string,
): Pick<Finding, 'kind' | 'sentence' | 'next'> {
  const since = `the trigger of level ${level.level} is pending in ${path} since ${shortTime(decided_at, now)}`;
  if (claimed_by !== null && claim_expires_at !== null && claim_expires_at > now) {
    const until = shortTime(claim_expires_at, now);
    return {
      kind: 'wait',
      sentence: `${since}; its claim is held by ${claimed_by} until ${until}, who is publishing it`,
      next: null,
    };
  }
  const holder =
    claimed_by === null || claim_expires_at === null
      ? 'nobody holds its claim'
      : `its claim was held by ${claimed_by} until ${shortTime(claim_expires_at, now)}, and that instance is gone`;
  return {
    kind: 'problem',
    sentence: `${since}; ${holder}, so it goes out with the next sweep or redelivery`,
    next: ['trigger', 'sweep'],
  };
}
