import { TOPIC } from '../../../generated/topology.ts';
import { buildMessage, changeMessage } from '../../harness/messages/build.ts';
import type { RequestEvent } from '../../history/events.ts';
import { publishes, responseTo, text } from '../../history/select.ts';
import type { Check } from '../check.ts';
import { judgeRefused, statusOf } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { PHASE_2, PHASE_3 } from '../recipes/phases.ts';

/** The raw tables are there, and each completion says that a record of it failed. */
export const PARTIAL_TABLES: Check = {
  name: 'analytics-on-partial-tables',
  requirements: ['IDEM-008'],
  profile: 'phase-3',
  components: PHASE_3.components,
  needs: [],
  async run(scene) {
    const raw = await PHASE_3.inputs(scene, scene.game_date, 1);
    const partial = raw.map((message) => changeMessage(message, { status: 'partial', records_failed: 1 }));
    await deliverAll(scene, PHASE_3, partial);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase3-analytics', 'IDEM-008'),
    ...judgeOutputs(history, 'phase3-analytics', { lost: 'IDEM-008' }),
  ],
};

/** A completion whose file was never written: nothing that comes later can help, so the raw run has failed, and says so. */
export const MISSING_FILE: Check = {
  name: 'raw-run-of-a-missing-file',
  requirements: ['LIVE-004'],
  profile: 'phase-2',
  components: ['phase2-raw'],
  needs: [],
  async run(scene) {
    const { game_date } = scene;
    const execution_id = scene.id();
    const scraper = 'nbac_schedule';
    const told = buildMessage('ScraperCompletion', {
      game_date,
      execution_id,
      correlation_id: execution_id,
      processor_name: scraper,
      name: scraper,
      scraper_name: scraper,
      output_table: scraper,
      gcs_path: `gs://nba-scraped/${scraper}/${game_date}/${execution_id}.json`,
    });
    await deliverAll(scene, PHASE_2, [told]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase2-raw', 'LIVE-004'),
    ...judgeOutputs(history, 'phase2-raw', { lost: 'LIVE-004' }),
    ...publishes(history, TOPIC.phase2RawComplete)
      .filter(({ message }) => text(message, 'status') !== 'failed' || text(message, 'error_message') === '')
      .map(({ sequence, message }) => ({
        requirement: 'LIVE-004' as const,
        anomaly: 'wrong status' as const,
        proof: `#${sequence} says ${text(message, 'status')} of a raw run whose file does not exist; it has failed for good, and must say failed with the error.`,
        events: [sequence],
      })),
  ],
};

/** Scrapes that nobody can do: an unknown scraper, words and impossible days as date. */
export const SCRAPES_OF_NOTHING: Check = {
  name: 'scrapes-of-nothing',
  is_silent: true,
  requirements: ['LIVE-003'],
  profile: 'phase-1',
  components: ['phase1-scrapers'],
  needs: [],
  async run(scene) {
    const { game_date } = scene;
    for (const body of [
      { game_date, scraper: 'nobody_scrapes_this' },
      { game_date: 'TODAY' },
      { game_date: '2031-02-30' },
      { game_date: null },
    ]) {
      await scene.request('phase1-scrapers', '/scrape', {
        body: { run: 1, trigger_source: 'manual', ...body },
      });
    }
    await scene.settle();
  },
  judge: (history) => [
    ...history
      .filter((event): event is RequestEvent => event.kind === 'request')
      .flatMap((request) => {
        const response = responseTo(history, request.sequence);
        if (response?.status === 400) return [];
        const came =
          response === undefined ? 'with nothing' : `${statusOf(response)} (#${response.sequence})`;
        return [
          {
            requirement: 'LIVE-003' as const,
            anomaly: 'wrong answer' as const,
            proof: `#${request.sequence} asked for a scrape that nobody can do; it was answered ${came} instead of 400, and the caller takes it for work on its way.`,
            events: [request.sequence, ...(response === undefined ? [] : [response.sequence])],
          },
        ];
      }),
    ...publishes(history, TOPIC.phase1ScrapersComplete)
      .slice(0, 1)
      .map(({ sequence }) => ({
        requirement: 'LIVE-003' as const,
        anomaly: 'phantom completion' as const,
        proof: `#${sequence} announced a scrape, and every scrape that was asked for was impossible.`,
        events: [sequence],
      })),
  ],
};
