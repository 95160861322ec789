import type { CallSource, ScrapeRequest } from '../../generated/models.ts';
import { canonicalProcessorName, PROCESSORS } from '../../generated/registry.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { bodyOf, invalidRequest, isScheduler, readBody } from '../http/request.ts';
import type { HttpRequest } from '../ports/ports.ts';

/** One call of POST /scrape, with every default filled in. */
export interface ScrapeCall {
  /** Canonical names. */
  readonly scrapers: readonly string[];
  readonly game_date: string;
  readonly run: number;
  readonly trigger_source: CallSource;
  readonly workflow: string;
  readonly skip_downstream_trigger: boolean;
  readonly backfill_mode: boolean;
  readonly backfill_reason: string | null;
}

/** What a scheduler's workflow is called when the caller does not say. */
const WORKFLOWS = { scheduler: 'post_game_collection', manual: 'manual_collection' } as const;

/**
 * Read the body of POST /scrape.
 *
 * @throws {PipelineError} INVALID_JSON; INVALID_REQUEST naming each wrong field; UNKNOWN_PROCESSOR.
 * @see asyncapi.yaml#/components/schemas/ScrapeRequest
 */
export function readScrapeCall(request: HttpRequest): ScrapeCall {
  const asked = readBody<ScrapeRequest>(request, 'ScrapeRequest');
  const { backfill_mode = false, backfill_reason = null } = asked;
  if (backfill_mode !== Boolean(backfill_reason)) {
    const got = JSON.stringify(backfill_reason);
    const expected = `${backfill_mode ? 'text with' : 'null without'} backfill_mode`;
    throw invalidRequest(bodyOf(request), [{ field: 'backfill_reason', expected, got }]);
  }
  const trigger_source = asked.trigger_source ?? (isScheduler(request) ? 'scheduler' : 'manual');
  return {
    scrapers: asked.scraper === undefined ? SCRAPER_NAMES : [requireScraper(asked.scraper)],
    game_date: asked.game_date,
    run: asked.run ?? 1,
    trigger_source,
    workflow: asked.workflow ?? WORKFLOWS[trigger_source],
    skip_downstream_trigger: asked.skip_downstream_trigger ?? false,
    backfill_mode,
    backfill_reason: backfill_mode ? backfill_reason : null,
  };
}

const SCRAPER_NAMES = Object.keys(PROCESSORS.phase_1_scrapers);

function requireScraper(name: string): string {
  const scraper = canonicalProcessorName('phase_1_scrapers', name);
  if (scraper !== undefined) return scraper;
  const sentence = (got: string): string =>
    `scraper must be one of ${SCRAPER_NAMES.join(', ')} or a listed alias, got ${got}; correct the call`;
  throw new PipelineError(
    'UNKNOWN_PROCESSOR',
    sentence(`"${name}"`),
    {},
    undefined,
    sentence('another name'),
  );
}
