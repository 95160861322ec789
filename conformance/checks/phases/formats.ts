import { TOPIC } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import { changeMessage, LEGACY_FIELDS, only, without } from '../../harness/messages/build.ts';
import type { History, Payload } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused } from '../judging/answers.ts';
import { cite } from '../judging/cite.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll } from '../recipes/drive.ts';
import { PHASE_2, scrape } from '../recipes/phases.ts';

/** Every scraper's completion carries both formats, with the same names in both. */
export const DUAL_FORMAT: Check = {
  name: 'scrapers-send-both-formats',
  requirements: ['MSG-007'],
  profile: 'phase-1',
  components: ['phase1-scrapers'],
  needs: [],
  async run(scene) {
    await scrape(scene, scene.game_date, 1);
  },
  judge: (history) =>
    publishes(history, TOPIC.phase1ScrapersComplete).flatMap((event): readonly Anomaly[] => {
      const legacy = Object.fromEntries(
        LEGACY_FIELDS.flatMap((field) => {
          const value = event.message?.[field];
          return value === undefined ? [] : [[field, value]];
        }),
      );
      const problems = validate('LegacyScraperCompletion', 'receive', legacy);
      const first = text(event.message, 'correlation_id') === text(event.message, 'execution_id');
      if (problems.length === 0 && first) return [];
      const what = problems.map(
        (problem) => `${problem.field} must be ${problem.expected}, got ${problem.got}`,
      );
      return [
        {
          requirement: 'MSG-007',
          anomaly: 'invalid message',
          proof: `${cite(event)} of ${text(event.message, 'processor_name')} cannot be read by a receiver of the old format or starts no chain: ${what.join('; ') || 'correlation_id differs from execution_id in Phase 1'}.`,
          events: [event.sequence],
        },
      ];
    }),
};

const BACKFILL = {
  skip_downstream_trigger: true,
  backfill_mode: true,
  backfill_reason: 'historical_load',
} as const;

/** A scrape that is to trigger nothing: what the caller said must be on the wire, where Phase 2 looks for it. */
export const SCRAPED_BACKFILL: Check = {
  name: 'scrape-of-a-backfill',
  requirements: ['BACK-006'],
  profile: 'phase-1',
  components: ['phase1-scrapers'],
  needs: [],
  async run(scene) {
    await scrape(scene, scene.game_date, 1, ['nbac_schedule'], BACKFILL);
  },
  judge: (history) =>
    publishes(history, TOPIC.phase1ScrapersComplete).flatMap((event): readonly Anomaly[] => {
      const wrong = Object.entries(BACKFILL).filter(([field, value]) => event.message?.[field] !== value);
      if (wrong.length === 0) return [];
      const said = wrong.map(([field]) => `${field} ${JSON.stringify(event.message?.[field])}`);
      return [
        {
          requirement: 'BACK-006',
          anomaly: 'backfill leak',
          proof: `POST /scrape was called with ${JSON.stringify(BACKFILL)}, and ${cite(event)} says ${said.join(' and ')}. Phase 2 takes it for live, and the historical load sets off predictions.`,
          events: [event.sequence],
        },
      ];
    }),
};

/** The same run in the legacy format, in the unified format and in both, for three scrapers. */
export const EVERY_FORMAT: Check = {
  name: 'raw-run-from-every-format',
  requirements: ['MSG-008', 'CORR-002'],
  profile: 'phase-2',
  components: PHASE_2.components,
  needs: [],
  async run(scene) {
    const completions = await scrape(scene, scene.game_date, 1);
    const [dual = {}, second = {}, third = {}, fourth = {}] = completions;
    await deliverAll(scene, PHASE_2, [
      dual,
      without(second, LEGACY_FIELDS),
      onlyLegacy(third),
      changeMessage(onlyLegacy(fourth), { game_date: undefined }),
    ]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase2-raw', 'MSG-008'),
    ...judgeOutputs(history, 'phase2-raw', { lost: 'MSG-008', double: 'MSG-008' }),
    ...judgeChain(history),
  ],
};

/** The unified field says one thing, the legacy field another. */
export const CONFLICT: Check = {
  name: 'formats-that-disagree',
  requirements: ['MSG-010'],
  profile: 'phase-2',
  components: PHASE_2.components,
  needs: [],
  async run(scene) {
    const [completion = {}] = await scrape(scene, scene.game_date, 1, ['nbac_schedule']);
    await deliverAll(scene, PHASE_2, [
      changeMessage(completion, { scraper_name: 'bdl_box_scores', name: 'bdl_box_scores' }),
    ]);
    await scene.settle();
  },
  judge: (history) => [
    ...judgeRefused(history, 'phase2-raw', 'MSG-010'),
    ...judgeOutputs(history, 'phase2-raw', { lost: 'MSG-010', phantom: 'MSG-010' }),
  ],
};

function onlyLegacy(message: Payload): Payload {
  const kept = [...LEGACY_FIELDS, 'execution_id', 'game_date', 'status', 'record_count', 'timestamp'];
  return only(message, kept);
}

function judgeChain(history: History): readonly Anomaly[] {
  const scraped = new Set(
    publishes(history, TOPIC.phase1ScrapersComplete).map(({ message }) => text(message, 'execution_id')),
  );
  return publishes(history, TOPIC.phase2RawComplete).flatMap((event): readonly Anomaly[] => {
    const own = text(event.message, 'correlation_id');
    if (scraped.has(own)) return [];
    return [
      {
        requirement: 'CORR-002',
        anomaly: 'broken correlation',
        proof: `${cite(event)} carries correlation_id "${own}"; the legacy message that caused it has only an execution_id, which has to take its place.`,
        events: [event.sequence],
      },
    ];
  });
}
