import type { Phase } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { Sighting } from '../../local/watch.ts';

/** One line of the summary: what a phase did and how long its hop took. */
export interface PhaseFigures {
  /** Phase as in the contract, such as `phase_3_analytics`. */
  readonly name: Phase;
  /** Distinct execution ids that were announced. */
  readonly runs: number;
  /** From the last message of the hop before (for Phase 1: from the start) to the last message of this one. */
  readonly milliseconds: number;
}

const HOPS: readonly { readonly name: Phase; readonly topics: readonly string[] }[] = [
  { name: 'phase_1_scrapers', topics: [TOPIC.phase1ScrapersComplete] },
  { name: 'phase_2_raw', topics: [TOPIC.phase2RawComplete] },
  { name: 'phase_3_analytics', topics: [TOPIC.phase3AnalyticsComplete] },
  { name: 'phase_4_precompute', topics: [TOPIC.phase4ProcessorComplete] },
  { name: 'phase_5_predictions', topics: [TOPIC.phase5PredictionReady, TOPIC.phase5PredictionsComplete] },
];

/** Counts runs and hop times per phase from what went over the topics; a phase that said nothing has 0 and 0. */
export function phaseFigures(sightings: readonly Sighting[], started_ms: number): readonly PhaseFigures[] {
  let before_ms = started_ms;
  return HOPS.map(({ name, topics }) => {
    const heard = sightings.filter((sighting) => topics.includes(sighting.topic));
    const last_ms = Math.max(before_ms, ...heard.map((sighting) => sighting.published_ms));
    const milliseconds = Math.round(last_ms - before_ms);
    before_ms = last_ms;
    return {
      name,
      runs: new Set(heard.map((sighting) => sighting.message['execution_id'])).size,
      milliseconds,
    };
  });
}
