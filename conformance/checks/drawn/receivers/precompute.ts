import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import { buildMessage } from '../../../harness/messages/build.ts';
import { pacificToday } from '../../../harness/messages/dates.ts';
import type { Branch } from '../../../harness/scene/scene.ts';
import type { History, Payload } from '../../../history/events.ts';
import { publishes, text } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { levelOf } from '../../owed/orchestrators.ts';
import { withCapitals } from '../grammar/capitals.ts';
import { drawPrecomputeHistory, PRECOMPUTE_HISTORIES } from '../grammar/processing/precompute.ts';
import { judgePrecompute, PRECOMPUTE_REQUIREMENTS } from '../model/computing/precompute.ts';
import { refusalOfTrigger, toldRuns } from '../model/computing/precompute-asks.ts';
import { readBeginning } from '../model/played.ts';
import { DOOR_REQUIREMENTS, judgeDelivered } from '../model/processing/door.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { inLetters } from '../run/ids.ts';
import { playHistory } from '../run/play.ts';
import { makeCall, type OpenCall, processCall } from '../run/processing/calls.ts';
import { fillTables } from '../run/processing/feed.ts';
import { changedBy } from '../run/processing/messages.ts';
import type { DrawnHistory, DrawnParcel } from '../value/history.ts';

const COMPONENT = 'phase4-precompute';

/** Histories of triggers and of calls by the clock to Phase 4. */
export const PRECOMPUTE_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'phase-4',
  components: ['phase1-scrapers', 'phase2-raw', 'phase3-analytics', COMPONENT],
  needs: [],
  requirements: [...new Set<RequirementId>([...PRECOMPUTE_REQUIREMENTS, ...DOOR_REQUIREMENTS])],
  histories: PRECOMPUTE_HISTORIES,
  has_two_instances: true,
  draw: (draw, nth) => withCapitals(drawPrecomputeHistory(draw, nth), nth),
  play: playPrecompute,
  judge: judgePhase4,
};

async function playPrecompute(branch: Branch, history: DrawnHistory): Promise<void> {
  const open: OpenCall[] = [];
  const began_ms = Date.now();
  await playHistory(branch, history, {
    component: COMPONENT,
    topic: TOPIC.phase4Trigger,
    messageOf: (parcel, place, ids) => changedBy(triggerOf(branch, parcel, place), parcel, ids, began_ms),
    isTaken: (message) => refusalOfTrigger(message) === undefined,
    async work(step, place) {
      if (step.do === 'fill') await fillTables(branch, step, place, 'analytics');
      if (step.do !== 'process') return;
      const call = processCall(step, place, isToday(branch.window.run_offset, place.game_date));
      if (await makeCall(branch, call, step.copies ?? 1)) open.push(call);
    },
  });
  // Once, as the scheduler calls: what is not complete stays so.
  for (const { component, path, request } of open) await branch.request(component, path, request);
  await branch.settle();
}

/** Histories of today are about runs of their own. */
function isToday(run_offset: number, game_date: string): boolean {
  return run_offset > 0 && game_date === pacificToday(Date.now());
}

/** Build a trigger as its orchestrator would, with the runs that there are; one that there is not is made up. */
function triggerOf(
  branch: Branch,
  { name, level = 1, processors, ...parcel }: DrawnParcel,
  {
    game_date,
    run,
    timestamp,
  }: { readonly game_date: string; readonly run: number; readonly timestamp: string },
): Payload {
  const { waits_for, runs } = levelOf(level);
  const tables = toldRuns(branch.history()).filter(
    (one) => one.counts && one.place === `${game_date} run ${run}`,
  );
  const upstream = waits_for.map((processor) => {
    const known = tables.findLast((table) => table.processor === processor)?.message ?? null;
    return {
      processor,
      execution_id: text(known, 'execution_id') || branch.id(),
      correlation_id: text(known, 'correlation_id') || branch.id(),
    };
  });
  return buildMessage('Phase4Trigger', {
    processor_name: name,
    game_date,
    timestamp,
    execution_id: inLetters(branch.id(), parcel),
    correlation_id: upstream[0]?.correlation_id ?? branch.id(),
    metadata: { run, level, processors: processors ?? runs, upstream },
  });
}

function judgePhase4(history: History): readonly Anomaly[] {
  const beginning = readBeginning(history);
  const today = pacificToday(beginning?.now_ms ?? 0);
  const outputs = [TOPIC.phase4ProcessorComplete, TOPIC.phase4PrecomputeComplete].flatMap((topic) =>
    publishes(history, topic),
  );
  return [
    ...judgePrecompute(history, today),
    ...judgeDelivered(history, { component: COMPONENT, refusal: refusalOfTrigger }, 'IDEM-003', outputs),
  ];
}
