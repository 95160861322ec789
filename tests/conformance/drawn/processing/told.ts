import type { DrawnReceiver } from '../../../../conformance/checks/drawn/receiver.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../../checks/story.ts';
import { MOMENT } from '../begun.ts';

export const SCRAPED = 'nba-phase1-scrapers-complete';
export const RAW = 'nba-phase2-raw-complete';
export const ANALYSED = 'nba-phase3-analytics-complete';
export const LOADER = 'phase2-raw';
export const ANALYST = 'phase3-analytics';

export const kinds = (receiver: DrawnReceiver, told: Story): readonly string[] => [
  ...new Set(receiver.judge(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`)),
];
export const NOW: Overrides = { timestamp: MOMENT, duration_seconds: 0 };

/** A scraper run as it is told of. */
export function scraped(scraper: string, overrides: Overrides = {}): Payload {
  const execution_id = uuid();
  const gcs_path = `gs://nba-scraped/${scraper}/${DATE}/${execution_id}.json`;
  const names = { processor_name: scraper, name: scraper, scraper_name: scraper, output_table: scraper };
  const ids = { execution_id, correlation_id: execution_id };
  return message('ScraperCompletion', {
    ...names,
    ...ids,
    gcs_path,
    ...NOW,
    trigger_source: 'manual',
    ...overrides,
  });
}
