import { TOPIC, TOPICS } from '../../../generated/topology.ts';
import { COMPONENT_NAMES } from '../../contract/names.ts';
import type { History, Json, PublishEvent } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeOneBatch } from '../coordinator/starts.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { scrape } from '../recipes/phases.ts';
import { judgeDateRuns, RUN_REQUIREMENTS } from './runs.ts';

/** One date through all five phases; the judge only carries the messages. */
export const WHOLE_DATE: Check = {
  name: 'one-date-through-all-phases',
  requirements: ['LIVE-001', 'TOPO-002', 'CORR-001', 'FANIN-010', ...RUN_REQUIREMENTS],
  profile: 'message',
  components: COMPONENT_NAMES,
  needs: [],
  async run(scene) {
    await scrape(scene, scene.game_date, 1);
    await scene.flow();
  },
  judge: (history) => [...judgeWhole(history), ...judgeDateRuns(history)],
};

/** The same up to the requests, with every message twice at once and in a random order. */
export const WHOLE_DATE_TWICE: Check = {
  name: 'one-date-with-every-message-twice',
  requirements: ['FANIN-002', 'CASC-003', 'IDEM-001', 'IDEM-002', 'IDEM-003', 'COORD-002'],
  profile: 'message',
  components: COMPONENT_NAMES,
  needs: [],
  async run(scene) {
    await scrape(scene, scene.game_date, 1);
    await scene.flow({
      copies: 2,
      order: (waiting) => scene.random.shuffle(waiting),
      hold: [TOPIC.phase5PredictionRequest],
    });
  },
  judge: (history) => [
    ...judgeOneBatch(history, 'COORD-002'),
    ...judgeOutputs(history, 'phase3-to-phase4-orchestrator', { double: 'FANIN-002', lost: 'FANIN-002' }),
    ...judgeOutputs(history, 'phase4-orchestrator', { double: 'CASC-003', lost: 'CASC-003' }),
    ...judgeOutputs(history, 'phase2-raw', { double: 'IDEM-001', lost: 'IDEM-001' }),
    ...judgeOutputs(history, 'phase3-analytics', { double: 'IDEM-002', lost: 'IDEM-002' }),
    ...judgeOutputs(history, 'phase4-precompute', { double: 'IDEM-003', lost: 'IDEM-003' }),
  ],
};

/** Topics that components send to; the others take dead letters. */
const LIVE_TOPICS = Object.entries(TOPICS)
  .filter(([, topic]) => topic.dead_letter_topic !== null)
  .map(([name]) => name);

function judgeWhole(history: History): readonly Anomaly[] {
  const silent = LIVE_TOPICS.filter((topic) => publishes(history, topic).length === 0);
  const end = history.at(-1)?.sequence ?? 0;
  const ends = publishes(history, TOPIC.phase5PredictionsComplete);
  const found: Anomaly[] = [];
  if (silent.length > 0) {
    const first = silent[0] ?? '';
    found.push({
      requirement: 'TOPO-002',
      anomaly: 'lost message',
      proof: `A date was scraped and every message was delivered until all was acked and quiet (#${end}), and ${silent.join(', ')} never carried a message. The chain stops before ${first}.`,
      events: [end],
    });
  }
  if (ends.length === 0) {
    const last = LIVE_TOPICS.filter((topic) => publishes(history, topic).length > 0).at(-1);
    found.push({
      requirement: 'LIVE-001',
      anomaly: 'lost message',
      proof: `A date was scraped and every message delivered until all was acked and quiet (#${end}), but no prediction batch ended. The last topic that carried a message is ${last ?? 'none'}.`,
      events: [end],
    });
  }
  return [...found, ...ends.flatMap((event) => judgeCoverage(event)), ...judgeChain(history)];
}

function judgeCoverage(end: PublishEvent): readonly Anomaly[] {
  const metadata = (end.message?.['metadata'] ?? {}) as Readonly<Record<string, Json>>;
  if (Number(metadata['players_completed']) > 0 && Number(metadata['coverage_percent']) >= 90) return [];
  return [
    {
      requirement: 'LIVE-001',
      anomaly: 'wrong count',
      proof: `#${end.sequence} announces ${String(metadata['players_completed'])} of ${String(metadata['players_requested'])} predictions (${String(metadata['coverage_percent'])} %); nothing went wrong on the way, so at least 90 % are owed.`,
      events: [end.sequence],
    },
  ];
}

function judgeChain(history: History): readonly Anomaly[] {
  const scrapers = new Set(
    publishes(history, TOPIC.phase1ScrapersComplete).map(({ message }) => text(message, 'execution_id')),
  );
  return publishes(history)
    .filter(({ topic, message }) => topic in TOPICS && !scrapers.has(text(message, 'correlation_id')))
    .slice(0, 3)
    .map((event) => ({
      requirement: 'CORR-001',
      anomaly: 'broken correlation',
      proof: `#${event.sequence} on ${event.topic} carries correlation_id "${text(event.message, 'correlation_id')}", which is the execution_id of none of the ${scrapers.size} scraper runs of this date.`,
      events: [event.sequence],
    }));
}
