import type { CompletionRecord, ProcessorRunHistory } from '../../../generated/models.ts';
import { PROCESSORS } from '../../../generated/registry.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { type Level, type Orchestrator, readOrchestrator } from '../../orchestration/state.ts';
import { buildTrigger } from '../../orchestration/trigger.ts';
import { processorsReading } from '../../runs/output.ts';
import { type Announcement, announceAgain } from '../triggers/announce.ts';

/**
 * Say again that raw tables are there, so that Phase 3 reads them: as few of a date's tables as it takes for each processor
 * to be asked. Each message says `skip_downstream_trigger`, as the runs did.
 *
 * @param history  of a date whose raw tables are loaded by a backfill, oldest first.
 * @see requirements BACK-001, IDEM-005
 */
export function announceTables(history: readonly ProcessorRunHistory[]): readonly Announcement[] {
  return ASKING_TABLES.flatMap((table) => {
    const run = history.findLast(
      ({ processor_name, skip_downstream_trigger }) => processor_name === table && skip_downstream_trigger,
    );
    return run === undefined ? [] : (announceAgain(run) ?? []);
  });
}

/** Tables that together reach every processor of Phase 3; each time the one that reaches most, and the least of others twice. */
const ASKING_TABLES: readonly string[] = chooseTables();

function chooseTables(): readonly string[] {
  const asked = new Set<string>();
  const chosen: string[] = [];
  const tables = Object.keys(PROCESSORS.phase_2_raw);
  const newOf = (table: string) => readers(table).filter((name) => !asked.has(name)).length;
  while (asked.size < Object.keys(PROCESSORS.phase_3_analytics).length) {
    const [best] = [...tables].sort(
      (a, b) => newOf(b) - newOf(a) || readers(a).length - readers(b).length || (a < b ? -1 : 1),
    );
    if (best === undefined || newOf(best) === 0) break;
    chosen.push(best);
    for (const name of readers(best)) asked.add(name);
  }
  return chosen;
}

function readers(table: string): readonly string[] {
  return processorsReading('phase_3_analytics', table);
}

/**
 * Make the trigger of a cascade level for a date that is loaded as history. It has the execution_id that the orchestrator
 * would give it, and says `skip_downstream_trigger`: the processors work and publish nothing.
 *
 * @param history  of the date and run 1, oldest first.
 * @param now      ISO 8601 in UTC.
 * @see requirements BACK-001, FANIN-009
 */
export function triggerLevel(
  history: readonly ProcessorRunHistory[],
  game_date: string,
  level: number,
  reason: string,
  now: string,
): Announcement {
  const [orchestrator, found] = seatOf(level);
  const upstream = found.waits_for.flatMap((processor) => {
    const run = history.findLast((one) => one.processor_name === processor && one.status !== 'failed');
    return run === undefined ? [] : [[processor, recordOf(run)] as const];
  });
  const message = buildTrigger(orchestrator, found, {
    game_date,
    run: 1,
    received_at: now,
    now,
    processor: upstream[0]?.[0] ?? '',
    message_id: '',
    upstream,
  });
  return {
    topic: TOPIC.phase4Trigger,
    message: {
      ...message,
      trigger_source: 'manual',
      trigger_message_id: null,
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: reason,
    },
  };
}

function seatOf(level: number): readonly [Orchestrator, Level] {
  for (const name of ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const) {
    const orchestrator = readOrchestrator(name);
    const found = orchestrator.levels.find((one) => one.level === level);
    if (found !== undefined) return [orchestrator, found];
  }
  throw new PipelineError(
    'INVALID_CONFIGURATION',
    `expected cascade level ${level} under x-orchestrators, found none; correct the contract`,
  );
}

function recordOf(run: ProcessorRunHistory): CompletionRecord {
  const { correlation_id, execution_id, status, finished_at } = run;
  return { completed_at: finished_at, correlation_id, execution_id, status } as CompletionRecord;
}
