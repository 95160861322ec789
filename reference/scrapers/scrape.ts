import { TOPIC } from '../../generated/topology.ts';
import { scrapeFile } from '../basketball/scrape.ts';
import type { Known } from '../figures/known.ts';
import { buildCompletion, buildHistory, type FinishedRun } from '../message/build.ts';
import { scrapedFilePath } from '../message/legacy.ts';
import type { Json, Ports } from '../ports/ports.ts';
import type { Runner, RunOutcome, RunResult, RunStart } from '../runs/execute.ts';
import { registered } from '../runs/output.ts';
import type { ScrapeCall } from './request.ts';

/**
 * Run one scraper for a call: file, completion in both formats, history.
 *
 * Every call is a new run with a new execution_id, unless the last run still owes its completion: that is published
 * first, with the id it had, and is the answer when it says what this call would say.
 *
 * @see requirements MSG-007, CORR-001, BACK-001
 */
export function runScraper(
  ports: Ports,
  runner: Runner,
  call: ScrapeCall,
  scraper: string,
  known: Known,
): Promise<RunOutcome> {
  const { skip_downstream_trigger, backfill_mode, backfill_reason } = call;
  return runner({
    key: `${scraper}.${call.game_date}.r${call.run}`,
    inputs: `skip=${skip_downstream_trigger} backfill=${backfill_mode} reason=${backfill_reason}`,
    cause: '',
    // The flag tells the receiver to publish nothing; the scraper's own message carries it there.
    skip_downstream_trigger: false,
    repeats: 'always',
    work: (start) => collectFile(ports, call, scraper, known, start),
  });
}

async function collectFile(
  ports: Ports,
  call: ScrapeCall,
  scraper: string,
  known: Known,
  { execution_id, started_at }: RunStart,
): Promise<RunResult> {
  const { output } = registered('phase_1_scrapers', scraper);
  const file = scrapeFile(scraper, known);
  const gcs_path = scrapedFilePath(scraper, call.game_date, execution_id);
  await ports.files.write(gcs_path, file as unknown as Json);
  const status = file.rows.length === 0 ? 'no_data' : 'success';
  const run: FinishedRun = {
    phase: 'phase_1_scrapers',
    processor: scraper,
    output_dataset: output.dataset,
    output_table: output.table,
    execution_id,
    started_at,
    finished_at: ports.clock.now().toISOString(),
    cause: {
      ...call,
      processor: null,
      execution_id: null,
      correlation_id: execution_id,
      message_id: null,
    },
    status,
    record_count: file.rows.length,
    records_failed: 0,
    error: null,
    upstream: [],
  };
  const legacy = { name: scraper, scraper_name: scraper, gcs_path, workflow: call.workflow };
  const message = { ...buildCompletion(run, {}), ...legacy };
  return { status, messages: [{ topic: TOPIC.phase1ScrapersComplete, message }], history: buildHistory(run) };
}
