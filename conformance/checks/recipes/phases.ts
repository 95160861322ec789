import { TOPIC } from '../../../generated/topology.ts';
import { buildMessage } from '../../harness/messages/build.ts';
import { type Scene, SceneStuckError } from '../../harness/scene/scene.ts';
import type { Payload, PublishEvent } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import { counts } from '../owed/names.ts';
import { levelOf } from '../owed/orchestrators.ts';
import type { Recipe } from './recipe.ts';
import { soundInputs } from './sound.ts';

/** The scrapers behind one analytics processor, and behind one precompute processor. */
const FOR_ONE_ANALYTICS = ['nbac_team_boxscore', 'nbac_scoreboard'];
const FOR_ONE_PRECOMPUTE = [...FOR_ONE_ANALYTICS, 'nbac_schedule'];

/** Runs the named scrapers, or all, and returns the completions that Phase 1 published; `rest` goes into each body. */
export async function scrape(
  scene: Scene,
  game_date: string,
  run: number,
  scrapers?: readonly string[],
  rest: Payload = {},
): Promise<readonly Payload[]> {
  const asked = scrapers?.map((scraper) => ({ scraper })) ?? [{}];
  for (const which of asked) {
    const body = { game_date, run, trigger_source: 'manual', ...which, ...rest };
    const response = await scene.requestUntil('phase1-scrapers', '/scrape', { body }, isSettled);
    if (response.status === 200) continue;
    throw new SceneStuckError(
      `expected POST /scrape for ${game_date} to answer 200, got ${response.status ?? 'nothing'} (#${response.sequence})`,
    );
  }
  await scene.settle();
  const found = (): readonly PublishEvent[] =>
    publishes(scene.history(), TOPIC.phase1ScrapersComplete).filter(
      ({ message }) => text(message, 'game_date') === game_date,
    );
  await scene.await(
    `a completion on ${TOPIC.phase1ScrapersComplete} after POST /scrape for ${game_date}`,
    () => found().length > 0,
  );
  return soundInputs(scene, found());
}

/** Whoever asks for a scraper asks again when it could not do its work just then. */
function isSettled(status: number | null): boolean {
  return status !== null && status < 500;
}

/** Runs the pipeline from the scrapers on, and returns what arrived on a held topic. */
async function runUntil(
  scene: Scene,
  game_date: string,
  run: number,
  topic: string,
  scrapers?: readonly string[],
): Promise<readonly Payload[]> {
  await scrape(scene, game_date, run, scrapers);
  const { held, stuck } = await scene.flow({ hold: [topic] });
  const own = held.filter(({ message }) => text(message, 'game_date') === game_date);
  const messages = soundInputs(scene, own);
  if (messages.length > 0) return messages;
  throw new SceneStuckError(
    `expected messages on ${topic} after scraping ${game_date}, got none; ${stuck.length} messages were never acked`,
  );
}

/** One scraper completion obliges Phase 2 to load its table. */
export const PHASE_2: Recipe = {
  receiver: 'phase2-raw',
  component: 'phase2-raw',
  topic: TOPIC.phase1ScrapersComplete,
  outputs: [TOPIC.phase2RawComplete],
  components: ['phase1-scrapers', 'phase2-raw'],
  needs: [],
  unified: true,
  inputs: (scene, game_date, run) => scrape(scene, game_date, run, ['nbac_schedule']),
};

/** The completions of two raw tables oblige Phase 3 to run the one processor that needs no other. */
export const PHASE_3: Recipe = {
  receiver: 'phase3-analytics',
  component: 'phase3-analytics',
  topic: TOPIC.phase2RawComplete,
  outputs: [TOPIC.phase3AnalyticsComplete],
  components: ['phase1-scrapers', 'phase2-raw', 'phase3-analytics'],
  needs: [],
  unified: true,
  inputs: (scene, game_date, run) =>
    runUntil(scene, game_date, run, TOPIC.phase2RawComplete, FOR_ONE_ANALYTICS),
};

/** The six raw completions oblige Phase 3 to run all five processors. */
export const PHASE_3_WHOLE: Recipe = {
  ...PHASE_3,
  receiver: 'phase3-analytics-whole',
  inputs: (scene, game_date, run) => runUntil(scene, game_date, run, TOPIC.phase2RawComplete),
};

/** A trigger that names one processor obliges Phase 4 to run it. */
export const PHASE_4: Recipe = {
  receiver: 'phase4-precompute',
  component: 'phase4-precompute',
  topic: TOPIC.phase4Trigger,
  outputs: [TOPIC.phase4ProcessorComplete],
  components: ['phase1-scrapers', 'phase2-raw', 'phase3-analytics', 'phase4-precompute'],
  needs: [],
  unified: true,
  inputs: (scene, game_date, run) =>
    triggerAfter(scene, game_date, run, ['team_defense_zone_analysis'], FOR_ONE_PRECOMPUTE),
};

/** A level 1 trigger obliges Phase 4 to run three processors. */
export const PHASE_4_WHOLE: Recipe = {
  ...PHASE_4,
  receiver: 'phase4-precompute-whole',
  inputs: (scene, game_date, run) => triggerAfter(scene, game_date, run, levelOf(1).runs),
};

async function triggerAfter(
  scene: Scene,
  game_date: string,
  run: number,
  processors: readonly string[],
  scrapers?: readonly string[],
): Promise<readonly Payload[]> {
  const analytics = await runUntil(scene, game_date, run, TOPIC.phase3AnalyticsComplete, scrapers);
  const upstream = analytics.filter(counts).map((completion) => ({
    processor: text(completion, 'processor_name'),
    execution_id: text(completion, 'execution_id'),
    correlation_id: text(completion, 'correlation_id'),
  }));
  return [
    buildMessage('Phase4Trigger', {
      game_date,
      execution_id: scene.id(),
      correlation_id: upstream[0]?.correlation_id ?? scene.id(),
      metadata: { run, level: 1, processors, upstream },
    }),
  ];
}
