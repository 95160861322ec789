import { createHash } from 'node:crypto';
import { TOPIC } from '../../generated/topology.ts';
import { RAW_COMPUTATIONS, type RawComputation } from '../basketball/raw/computations.ts';
import type { ScrapedFile } from '../basketball/scrape.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { type Cause, type Received, upstreamRun } from '../message/cause.ts';
import type { ScrapedRun } from '../message/legacy.ts';
import type { Json, Ports } from '../ports/ports.ts';
import type { Runner, RunOutcome } from '../runs/execute.ts';
import { registered, requireComputation } from '../runs/output.ts';
import { type ComputedRows, runProcessor } from '../runs/processor-run.ts';

/**
 * Load one scraped file into one raw table, at most once per scraper run.
 *
 * A run that failed or found nothing is repeated only when the file has changed, since the same file gives the same.
 *
 * @see requirements IDEM-001, LIVE-002
 */
export async function loadTable(
  ports: Ports,
  runner: Runner,
  received: Received<ScrapedRun>,
  processor: string,
): Promise<RunOutcome> {
  const { cause, message } = received;
  const computation = requireComputation(RAW_COMPUTATIONS, processor);
  const content = await readContent(ports, message.gcs_path);
  return runProcessor(ports, runner, {
    phase: 'phase_2_raw',
    processor,
    output: registered('phase_2_raw', processor).output,
    cause,
    upstream: [upstreamRun(received)],
    key: `${processor}.${cause.game_date}.r${cause.run}.${cause.execution_id}`,
    inputs: createHash('sha256')
      .update(JSON.stringify(content.text) ?? 'no file')
      .digest('hex'),
    asked_by: cause.execution_id,
    as_of: message.collected_at,
    topics: [TOPIC.phase2RawComplete],
    metadata: {},
    compute: () =>
      // A scraper that found nothing need not have written a file.
      message.status === 'no_data' && content.text === undefined && content.problem === null
        ? Promise.resolve({ rows: [], key: computation.key, records_failed: 0 })
        : Promise.resolve(computeRows(ports, computation, content, message.gcs_path, cause)),
  });
}

/** A file that is wrong throughout says so by its first rows. */
const REFUSED_LOGGED_MAX = 20;

/** A file's content; `text` is null and `problem` says why when it cannot be read for good. */
interface Content {
  readonly text: Json | undefined;
  readonly problem: PipelineError | null;
}

async function readContent(ports: Ports, gcs_path: string): Promise<Content> {
  try {
    return { text: await ports.files.read(gcs_path), problem: null };
  } catch (error) {
    if (error instanceof PipelineError && !error.retryable) return { text: null, problem: error };
    throw error;
  }
}

function computeRows(
  ports: Pick<Ports, 'log'>,
  computation: RawComputation,
  { text, problem }: Content,
  gcs_path: string,
  { game_date, correlation_id }: Cause,
): ComputedRows {
  if (problem !== null) throw problem;
  const file = requireFile(text, gcs_path, game_date);
  const { rows, rejected } = computation.compute(file);
  const [first] = rejected;
  if (rows.length === 0 && first !== undefined) {
    throw invalidFile(`at least one of ${rejected.length} records to be valid`, first.problem, gcs_path);
  }
  for (const refused of rejected.slice(0, REFUSED_LOGGED_MAX)) {
    const sentence = `${computation.table} refuses ${computation.key(refused.row)}: ${refused.problem}`;
    ports.log.warn(sentence, { correlation_id, game_date });
  }
  return { rows, key: computation.key, records_failed: rejected.length };
}

function requireFile(text: Json | undefined, gcs_path: string, game_date: string): ScrapedFile {
  if (text === undefined) throw invalidFile('a file', 'none', gcs_path);
  const isObject = typeof text === 'object' && text !== null && 'rows' in text;
  const rows = isObject ? text.rows : undefined;
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) {
    throw invalidFile('an object with a list of rows', JSON.stringify(text).slice(0, 80), gcs_path);
  }
  // The date comes from the message that caused the run, also when the file thinks otherwise (MSG-004).
  return { ...(text as unknown as ScrapedFile), game_date };
}

function invalidFile(expected: string, got: string, gcs_path: string): PipelineError {
  return new PipelineError(
    'INVALID_FILE',
    `expected ${expected} at ${gcs_path}, got ${got}; scrape the date again`,
    { gcs_path },
  );
}
