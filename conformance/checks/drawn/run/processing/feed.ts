import { TOPIC } from '../../../../../generated/topology.ts';
import { buildMessage } from '../../../../harness/messages/build.ts';
import { type Branch, SceneStuckError } from '../../../../harness/scene/scene.ts';
import type { Payload, PublishEvent } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import { dateAndRun, requiredBy } from '../../../owed/names.ts';
import { soundInputs } from '../../../recipes/sound.ts';
import type { DrawnFill } from '../../value/processing.ts';

type Place = { readonly game_date: string; readonly run: number };
/** How far a filling goes: to the raw completions, or on to those of analytics. */
export type FillDepth = 'raw' | 'analytics';

/**
 * Fills tables through the phases before the receiver, until each has said so.
 *
 * @returns the completions that came out, by canonical name.
 * @throws {SceneStuckError} when a phase before the receiver says nothing: then nothing can be said of the receiver.
 */
export async function fillTables(
  branch: Branch,
  step: DrawnFill,
  place: Place,
  depth: FillDepth,
): Promise<ReadonlyMap<string, Payload>> {
  const scraped = await scrapeTables(branch, step, place);
  const raw = new Map<string, Payload>();
  for (const table of step.tables) {
    const message = scraped.get(table) ?? madeUpScrape(branch, table, place, step);
    raw.set(table, await loadTable(branch, table, message));
  }
  if (depth === 'raw') return raw;
  for (const message of raw.values()) {
    await branch.deliverUntilAcked({
      component: 'phase3-analytics',
      topic: TOPIC.phase2RawComplete,
      message,
      message_id: branch.nextMessageId(),
    });
  }
  await branch.settle();
  return raw;
}

/** Build the completion of a scraper run whose file nobody has written. */
export function madeUpScrape(
  branch: Pick<Branch, 'id'>,
  table: string,
  { game_date, run }: Place,
  { empty = [], backfill }: Pick<DrawnFill, 'empty' | 'backfill'>,
): Payload {
  const [scraper = ''] = requiredBy('phase_2_raw', table);
  const execution_id = branch.id();
  return buildMessage('ScraperCompletion', {
    game_date,
    execution_id,
    correlation_id: execution_id,
    timestamp: new Date().toISOString(),
    processor_name: scraper,
    name: scraper,
    scraper_name: scraper,
    output_table: scraper,
    gcs_path: `gs://nba-scraped/${scraper}/${game_date}/${execution_id}.json`,
    metadata: { run },
    ...(backfill === undefined ? {} : { backfill_mode: true, backfill_reason: backfill }),
    ...(empty.includes(table) ? { status: 'no_data', record_count: 0 } : {}),
  });
}

async function scrapeTables(
  branch: Branch,
  { tables, empty = [], failed = [], backfill }: DrawnFill,
  place: Place,
): Promise<ReadonlyMap<string, Payload>> {
  const wanted = tables.filter((table) => !empty.includes(table) && !failed.includes(table));
  const found = await Promise.all(
    wanted.map(async (table) => {
      const [scraper = ''] = requiredBy('phase_2_raw', table);
      const message = await scrapeFor(branch, scraper, place, backfill);
      return [table, message] as const;
    }),
  );
  return new Map(found);
}

/**
 * Watch for the completion of a scrape that is about to be called for.
 *
 * @returns the completion, once it is there: of a run that was not told of before if there is one, since a slow target may tell of an
 *   earlier one once more meanwhile.
 */
export function watchScrape(
  branch: Branch,
  scraper: string,
  { game_date, run }: Place,
): () => Payload | undefined {
  const ofPlace = (): readonly PublishEvent[] =>
    publishes(branch.history(), TOPIC.phase1ScrapersComplete).filter(
      ({ message }) =>
        text(message, 'processor_name') === scraper && dateAndRun(message) === `${game_date} run ${run}`,
    );
  const before = ofPlace();
  const told = new Set(before.map(({ message }) => text(message, 'execution_id')));
  return () => {
    const made = ofPlace().slice(before.length);
    const own = made.filter(({ message }) => !told.has(text(message, 'execution_id')));
    return soundInputs(branch, (own.length > 0 ? own : made).slice(-1))[0];
  };
}

/** Scrapes once, and returns the completion. */
async function scrapeFor(
  branch: Branch,
  scraper: string,
  { game_date, run }: Place,
  backfill: string | undefined,
): Promise<Payload> {
  const scraped = watchScrape(branch, scraper, { game_date, run });
  const body = {
    game_date,
    run,
    scraper,
    trigger_source: 'manual',
    ...(backfill === undefined ? {} : { backfill_mode: true, backfill_reason: backfill }),
  };
  const answer = await branch.requestUntil(
    'phase1-scrapers',
    '/scrape',
    { body },
    (status) => status === 200,
  );
  await branch.settle();
  const message = scraped();
  if (message !== undefined) return message;
  throw new SceneStuckError(
    `expected POST /scrape of ${scraper} for ${game_date} to publish a completion, got none (#${answer.sequence})`,
  );
}

async function loadTable(branch: Branch, table: string, message: Payload): Promise<Payload> {
  const message_id = branch.nextMessageId();
  const { sequence } = await branch.deliverUntilAcked({
    component: 'phase2-raw',
    topic: TOPIC.phase1ScrapersComplete,
    message,
    message_id,
  });
  await branch.settle();
  const made = publishes(branch.history(), TOPIC.phase2RawComplete).filter(
    (event) => text(event.message, 'trigger_message_id') === message_id,
  );
  const [raw] = soundInputs(branch, made.slice(0, 1));
  if (raw !== undefined) return raw;
  throw new SceneStuckError(
    `expected a raw run of ${table} for ${text(message, 'game_date')} to be told, got none by #${sequence}`,
  );
}
