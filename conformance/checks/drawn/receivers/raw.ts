import { canonicalProcessorName } from '../../../../generated/registry.ts';
import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import type { Branch } from '../../../harness/scene/scene.ts';
import type { History, Payload } from '../../../history/events.ts';
import { publishes } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { dependants } from '../../owed/names.ts';
import { drawRawHistory, RAW_HISTORIES } from '../grammar/processing/raw.ts';
import { judgeRaw, RAW_REQUIREMENTS } from '../model/loading/raw.ts';
import { refusalOfScrape } from '../model/loading/raw-asks.ts';
import { DOOR_REQUIREMENTS, judgeDelivered } from '../model/processing/door.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { playHistory } from '../run/play.ts';
import { finishCall, makeCall, scrapeCall } from '../run/processing/calls.ts';
import { madeUpScrape, watchScrape } from '../run/processing/feed.ts';
import { changedBy } from '../run/processing/messages.ts';
import type { DrawnHistory } from '../value/history.ts';

const COMPONENT = 'phase2-raw';

/** Histories of scraper runs that Phase 2 is told of. */
export const RAW_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'phase-2',
  components: ['phase1-scrapers', COMPONENT],
  needs: [],
  requirements: [...new Set<RequirementId>([...RAW_REQUIREMENTS, ...DOOR_REQUIREMENTS, 'MSG-008'])],
  histories: RAW_HISTORIES,
  has_two_instances: true,
  draw: drawRawHistory,
  play: playRaw,
  judge: judgePhase2,
};

async function playRaw(branch: Branch, history: DrawnHistory): Promise<void> {
  const scraped = new Map<number, Payload>();
  const began_ms = Date.now();
  await playHistory(branch, history, {
    component: COMPONENT,
    topic: TOPIC.phase1ScrapersComplete,
    messageOf(parcel, place, ids) {
      const own = parcel.of === undefined ? undefined : scraped.get(parcel.of);
      const scraper = canonicalProcessorName('phase_1_scrapers', parcel.name) ?? '';
      const [table = 'nbac_schedule_games'] = dependants('phase_2_raw', scraper);
      const message = own ?? madeUpScrape(branch, table, place, {});
      const { game_date, run } = place;
      return changedBy({ ...message, game_date, metadata: { run } }, parcel, ids, began_ms);
    },
    isTaken: (message) => refusalOfScrape(message) === undefined,
    async work(step, place) {
      if (step.do !== 'scrape') return;
      const scraped_by = watchScrape(branch, step.scraper ?? '', place);
      const call = scrapeCall(step, place);
      if (await makeCall(branch, call, 1)) await finishCall(branch, call);
      await branch.settle();
      const message = scraped_by();
      if (message !== undefined) scraped.set(step.n, message);
    },
  });
}

function judgePhase2(history: History): readonly Anomaly[] {
  const door = { component: COMPONENT, refusal: refusalOfScrape };
  return [
    ...judgeRaw(history),
    ...judgeDelivered(history, door, 'MSG-008', publishes(history, TOPIC.phase2RawComplete)),
  ];
}
