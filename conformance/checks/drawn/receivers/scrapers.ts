import type { RequirementId } from '../../../../generated/requirements.ts';
import { TOPIC } from '../../../../generated/topology.ts';
import type { History } from '../../../history/events.ts';
import { publishes } from '../../../history/select.ts';
import type { Anomaly } from '../../check.ts';
import { judgeIdentity } from '../../judging/identity.ts';
import { drawScrapersHistory } from '../grammar/processing/scrapers.ts';
import { judgeScrapes, SCRAPE_REQUIREMENTS } from '../model/loading/scrapes.ts';
import { judgeRepeats } from '../model/processing/repeats.ts';
import { judgeTimes } from '../model/times.ts';
import type { DrawnReceiver } from '../receiver.ts';
import { playHistory } from '../run/play.ts';
import { finishCall, makeCall, type OpenCall, scrapeCall } from '../run/processing/calls.ts';

const COMPONENT = 'phase1-scrapers';
const HISTORIES = 30;

/** Histories of scrapes. */
export const SCRAPERS_RECEIVER: DrawnReceiver = {
  receiver: COMPONENT,
  profile: 'phase-1',
  components: [COMPONENT],
  needs: [],
  requirements: [
    ...SCRAPE_REQUIREMENTS,
    'CORR-005',
    'CORR-006',
    'MSG-026',
    'MSG-027',
    'TOPO-003',
  ] satisfies readonly RequirementId[],
  histories: HISTORIES,
  draw: drawScrapersHistory,
  async play(branch, history) {
    const open: OpenCall[] = [];
    await playHistory(branch, history, {
      component: COMPONENT,
      topic: TOPIC.phase1ScrapersComplete,
      messageOf: () => ({}),
      isTaken: () => false,
      async work(step, place) {
        if (step.do !== 'scrape') return;
        const call = scrapeCall(step, place);
        if (await makeCall(branch, call, step.copies ?? 1)) open.push(call);
      },
    });
    for (const call of open) await finishCall(branch, call);
    await branch.settle();
  },
  judge: judgeScrapers,
};

function judgeScrapers(history: History): readonly Anomaly[] {
  const outputs = publishes(history, TOPIC.phase1ScrapersComplete);
  return [
    ...judgeScrapes(history),
    ...judgeIdentity(history),
    ...judgeRepeats(outputs),
    ...judgeTimes(history, outputs),
  ];
}
