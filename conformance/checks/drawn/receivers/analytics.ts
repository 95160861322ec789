import { canonicalProcessorName } from '../../../../generated/registry.ts';
import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import { buildMessage } from '../../../harness/messages/build.ts';
import type { Branch } from '../../../harness/scene/scene.ts';
import type { History, Payload } from '../../../history/events.ts';
import { publishes } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { ANALYTICS_HISTORIES, drawAnalyticsHistory } from '../grammar/processing/analytics.ts';
import { ANALYTICS_REQUIREMENTS, judgeAnalytics } from '../model/computing/analytics.ts';
import { type Door, refusalOf } from '../model/orchestration/inputs.ts';
import { DOOR_REQUIREMENTS, judgeDelivered } from '../model/processing/door.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { playHistory } from '../run/play.ts';
import { fillTables } from '../run/processing/feed.ts';
import { changedBy } from '../run/processing/messages.ts';
import type { DrawnHistory } from '../value/history.ts';

const COMPONENT = 'phase3-analytics';
const DOOR: Door = { component: COMPONENT, message: 'RawCompletion', phase: 'phase_2_raw' };

/** Histories of raw tables that Phase 3 is told of. */
export const ANALYTICS_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'phase-3',
  components: ['phase1-scrapers', 'phase2-raw', COMPONENT],
  needs: [],
  requirements: [...new Set<RequirementId>([...ANALYTICS_REQUIREMENTS, ...DOOR_REQUIREMENTS])],
  histories: ANALYTICS_HISTORIES,
  has_two_instances: true,
  draw: drawAnalyticsHistory,
  play: playAnalytics,
  judge: judgePhase3,
};

async function playAnalytics(branch: Branch, history: DrawnHistory): Promise<void> {
  const filled = new Map<number, ReadonlyMap<string, Payload>>();
  const began_ms = Date.now();
  await playHistory(branch, history, {
    component: COMPONENT,
    topic: TOPIC.phase2RawComplete,
    messageOf(parcel, place, ids) {
      const table = canonicalProcessorName('phase_2_raw', parcel.name) ?? '';
      const own = filled.get(parcel.of ?? 0)?.get(table);
      // One of nowhere is told of as failed, so that it makes nothing ready.
      const made_up = (): Payload =>
        buildMessage('RawCompletion', {
          game_date: place.game_date,
          execution_id: branch.id(),
          correlation_id: branch.id(),
          metadata: { run: place.run },
        });
      const rest = own === undefined ? ({ ...parcel, status: 'failed' } as const) : parcel;
      return changedBy(own ?? made_up(), rest, ids, began_ms);
    },
    isTaken: (message) => refusalOf(DOOR, message) === undefined,
    async work(step, place) {
      if (step.do !== 'fill') return;
      filled.set(step.n, await fillTables(branch, step, place, 'raw'));
    },
  });
}

function judgePhase3(history: History): readonly Anomaly[] {
  const isTaken = (message: Payload): boolean => refusalOf(DOOR, message) === undefined;
  return [
    ...judgeAnalytics(history, isTaken),
    ...judgeDelivered(history, DOOR, 'IDEM-002', publishes(history, TOPIC.phase3AnalyticsComplete)),
  ];
}
