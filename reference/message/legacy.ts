import type { LegacyScraperCompletion, RunStatus } from '../../generated/models.ts';
import { canonicalProcessorName } from '../../generated/registry.ts';
import { validate } from '../../generated/validation.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { Received } from './cause.ts';
import type { Delivery } from './decode.ts';
import { receiveUnified, requireProcessor, requireValid } from './receive.ts';
import { asExecutionId, nameBasedId } from './uuid.ts';

/** What Phase 2 needs to know of a scraper run, in whichever format it was told. */
export interface ScrapedRun {
  readonly status: RunStatus;
  readonly gcs_path: string;
  /** When the scraper ended, from its message; null in a legacy message that does not say. */
  readonly collected_at: string | null;
}

/**
 * Take a scraper completion through the door: legacy only, unified only, or both in one message.
 *
 * Where both disagree the unified field decides and the conflict becomes a note. A run without any id is named after
 * its file, so that a redelivery is the same run.
 *
 * @throws {PipelineError} INVALID_MESSAGE, UNKNOWN_PROCESSOR.
 * @see requirements MSG-008, MSG-010, CORR-002
 */
export function receiveScraperCompletion(delivery: Delivery): Received<ScrapedRun> {
  const { payload } = delivery;
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
  const isUnified = isObject && ('phase' in payload || 'processor_name' in payload);
  return isUnified || !isObject ? receiveUnifiedOrDual(delivery) : receiveLegacy(delivery);
}

/** Name the place of a scraped file. */
export function scrapedFilePath(scraper: string, game_date: string, execution_id: string): string {
  return `gs://nba-scraped/${scraper}/${game_date}/${execution_id}.json`;
}

function receiveUnifiedOrDual(delivery: Delivery): Received<ScrapedRun> {
  const { cause, message, notes } = receiveUnified(delivery, 'ScraperCompletion');
  // A receiver does without the legacy fields, so the type promises more than the wire.
  const legacy: LegacyFields = message;
  const { processor, game_date, execution_id } = cause;
  return {
    cause,
    message: {
      status: message.status,
      gcs_path: legacy.gcs_path ?? scrapedFilePath(processor, game_date, execution_id),
      collected_at: message.timestamp,
    },
    notes: [...notes, ...findConflicts(legacy, processor, game_date)],
  };
}

type LegacyFields = Partial<Readonly<Record<'name' | 'scraper_name' | 'gcs_path', string | null>>>;

function findConflicts(message: LegacyFields, processor: string, game_date: string): readonly string[] {
  const legacyName = message.scraper_name ?? message.name;
  const legacyDate = dateInPath(message.gcs_path ?? '');
  const notes: string[] = [];
  if (legacyName != null && canonicalProcessorName('phase_1_scrapers', legacyName) !== processor) {
    notes.push(`the formats disagree: scraper_name is "${legacyName}", processor_name ${processor} decides`);
  }
  if (legacyDate !== undefined && legacyDate !== game_date) {
    notes.push(`the formats disagree: gcs_path lies under ${legacyDate}, game_date ${game_date} decides`);
  }
  return notes;
}

function receiveLegacy(delivery: Delivery): Received<ScrapedRun> {
  requireValid(delivery, 'LegacyScraperCompletion');
  const message = delivery.payload as unknown as LegacyScraperCompletion;
  const processor = requireProcessor('phase_1_scrapers', message.scraper_name, delivery.message_id);
  const game_date = message.game_date ?? dateInPath(message.gcs_path);
  if (game_date === undefined) {
    const sentence = (got: string): string =>
      `a legacy completion must name its date in game_date or as a folder of gcs_path, got gcs_path ${got} (message_id: ${delivery.message_id}); correct the sender and publish again`;
    throw new PipelineError(
      'INVALID_MESSAGE',
      sentence(`"${message.gcs_path}"`),
      { message_id: delivery.message_id },
      undefined,
      sentence('without a date'),
    );
  }
  const name = message.execution_id ?? message.correlation_id;
  const execution_id = name === undefined ? nameBasedId(message.gcs_path) : asExecutionId(name);
  const notes =
    name === undefined
      ? [`execution_id and correlation_id are missing; ${execution_id} is generated from gcs_path`]
      : [];
  return {
    cause: {
      processor,
      execution_id,
      correlation_id: message.correlation_id ?? message.execution_id ?? execution_id,
      game_date,
      run: 1,
      trigger_source: 'pubsub',
      message_id: delivery.message_id,
      skip_downstream_trigger: false,
      backfill_mode: false,
      backfill_reason: null,
    },
    message: {
      status: message.status ?? 'success',
      gcs_path: message.gcs_path,
      collected_at: message.timestamp ?? null,
    },
    notes,
  };
}

function dateInPath(path: string): string | undefined {
  return path.split('/').find((folder) => validate('GameDate', 'receive', folder).length === 0);
}
