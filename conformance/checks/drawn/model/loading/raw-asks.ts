import { TOPIC } from '../../../../../generated/topology.ts';
import { validate } from '../../../../../generated/validation.ts';
import type { History, Payload } from '../../../../history/events.ts';
import { publishes, runOf, text } from '../../../../history/select.ts';
import { dependants, scraperOf, skips } from '../../../owed/names.ts';
import { type Span, spansOf } from '../predictions/spans.ts';

/** A scraper run of which Phase 2 was told, for one raw table. */
export interface RawAsk {
  readonly span: Span;
  readonly message: Payload;
  readonly message_id: string;
  /** Canonical names. */
  readonly scraper: string;
  readonly table: string;
  /** The table of a date and run. */
  readonly place: string;
  /** What makes a run of its own: the table, its date and run, and the scraper run. */
  readonly key: string;
  readonly is_silent: boolean;
  readonly is_failed: boolean;
  /**
   * Moments in milliseconds that a program may take for the collection of the file: what the message says, and what the scraper
   * said when it announced the file, since the file may say it too. Empty where the message says none.
   */
  readonly collected_ms: readonly number[];
  /** `there`: as it was published. `nowhere`: nobody scraped it. `elsewhere`: some of it is of another run. */
  readonly file: 'there' | 'nowhere' | 'elsewhere';
}

/** Say why the contract wants a scraper's completion refused, in whichever format; undefined for one that must be taken. */
export function refusalOfScrape(message: Payload): 'schema' | 'processor' | undefined {
  const is_unified = 'processor_name' in message;
  const schema = is_unified ? 'ScraperCompletion' : 'LegacyScraperCompletion';
  if (validate(schema, 'receive', message).length > 0 || dateIn(message) === '') return 'schema';
  return scraperOf(message) === undefined ? 'processor' : undefined;
}

/** Read what Phase 2 was told, delivery by delivery; what must be refused is left out. */
export function rawAsks(history: History): readonly RawAsk[] {
  const scraped = publishes(history, TOPIC.phase1ScrapersComplete).flatMap(({ message }) =>
    message === null ? [] : [message],
  );
  return spansOf(history, 'phase2-raw').flatMap((span) => {
    const { event } = span;
    if (event.kind !== 'delivery' || event.message === null) return [];
    const { message, message_id } = event;
    const scraper = scraperOf(message);
    if (scraper === undefined || refusalOfScrape(message) !== undefined) return [];
    const day = `${dateIn(message)} run ${runOf(message)}`;
    const id = text(message, 'execution_id') || text(message, 'correlation_id') || text(message, 'gcs_path');
    const announced = scraped.find(
      (one) => text(one, 'gcs_path') === text(message, 'gcs_path') || text(one, 'execution_id') === id,
    );
    const said_ms = Date.parse(text(message, 'timestamp'));
    const announced_ms = Date.parse(announced === undefined ? '' : text(announced, 'timestamp'));
    const collected_ms = Number.isNaN(said_ms)
      ? []
      : [said_ms, ...(Number.isNaN(announced_ms) ? [] : [announced_ms])];
    return dependants('phase_2_raw', scraper).map((table) => ({
      span,
      message,
      message_id,
      scraper,
      table,
      place: `${table} of ${day}`,
      key: `${table} of ${day} from ${id}`,
      is_silent: skips(message),
      is_failed: text(message, 'status') === 'failed',
      collected_ms,
      file: whereIsFile(message, scraper, day, scraped),
    }));
  });
}

function whereIsFile(
  message: Payload,
  scraper: string,
  day: string,
  scraped: readonly Payload[],
): RawAsk['file'] {
  const path = text(message, 'gcs_path');
  const id = text(message, 'execution_id');
  const by_id = scraped.find((one) => text(one, 'execution_id') === id);
  const by_path = scraped.find((one) => text(one, 'gcs_path') === path);
  if (by_id === undefined && by_path === undefined) return 'nowhere';
  const is_own =
    by_id !== undefined &&
    (path === '' || by_id === by_path) &&
    text(by_id, 'processor_name') === scraper &&
    `${text(by_id, 'game_date')} run ${runOf(by_id)}` === day;
  return is_own ? 'there' : 'elsewhere';
}

/** The unified field decides, else the folder of the file. */
function dateIn(message: Payload): string {
  const folders = text(message, 'gcs_path').split('/');
  const folder = folders.find((one) => validate('GameDate', 'receive', one).length === 0);
  return text(message, 'game_date') || (folder ?? '');
}
