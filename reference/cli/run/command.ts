import { once } from 'node:events';
import type { ProcessorClaim } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { createPorts } from '../../google/ports.ts';
import { type LocalPipeline, startPipeline } from '../../local/pipeline.ts';
import { type Watch, watchTopics } from '../../local/watch.ts';
import type { Ports } from '../../ports/ports.ts';
import { readSettings } from '../../ports/settings.ts';
import { createFigures } from '../../scrapers/figures.ts';
import { phaseFigures } from './figures.ts';
import type { RunOptions } from './options.ts';
import { readOutcome } from './outcome.ts';
import { createPrinter, type Printer } from './printer.ts';

/** How long a run on one machine may take before it is called stuck. */
const PATIENCE_MS = 120_000;
const POLL_MS = 100;

/**
 * Runs one game date through all phases on this machine and prints what happened.
 *
 * @returns 0 when it went through, 1 when it did not, 130 when interrupted.
 * @throws {PipelineError} UNKNOWN_GAME_DATE when there are no figures for the date.
 */
export async function runDate(options: RunOptions): Promise<number> {
  // Asked before anything is started: the components would only say the same.
  const { source } = createFigures(readSettings({ ...process.env, GOOGLE_CLOUD_PROJECT: 'demo' }))(
    options.date,
  );
  const print = createPrinter(options);
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => 130);
  print.start(options.date, source);
  const pipeline = await startPipeline({
    project: `demo-pipeline-${process.pid}`,
    // The predictions of a date are due on that date, so the components believe that it is.
    environment: { CLOCK_START: `${options.date}T12:00:00Z`, LOG_LEVEL: options.logs ? 'info' : 'error' },
    onLog: (line) => void process.stderr.write(`${line}\n`),
  });
  try {
    return await Promise.race([followDate(options, pipeline, print), interrupted]);
  } finally {
    await pipeline.stop();
  }
}

async function followDate(options: RunOptions, pipeline: LocalPipeline, print: Printer): Promise<number> {
  print.ready(Object.keys(pipeline.addresses).length);
  const watch = await watchTopics(pipeline.pubsub, print.sighting);
  const ports = createPorts(readSettings({ ...process.env, ...pipeline.environment }));
  try {
    const started_ms = Date.now();
    await scrape(options, pipeline);
    const finished = options.backfill ? backfillDone(options.date, ports) : batchDone(options.date, watch);
    const done = await withPatience(finished);
    const outcome = await readOutcome(options.date, ports, done);
    print.outcome(phaseFigures(watch.sightings, started_ms), outcome);
    return done ? 0 : 1;
  } finally {
    await watch.stop();
    await ports.close();
  }
}

async function scrape(options: RunOptions, pipeline: LocalPipeline): Promise<void> {
  const backfill = options.backfill
    ? { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' }
    : {};
  const answer = await fetch(`${pipeline.addresses['phase1-scrapers']}/scrape`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ game_date: options.date, trigger_source: 'manual', ...backfill }),
  });
  if (answer.status === 200) return;
  throw new PipelineError(
    'BROKER_UNAVAILABLE',
    `phase1-scrapers must answer /scrape with 200, answered ${answer.status}: ${await answer.text()}; run again with --logs`,
  );
}

async function batchDone(game_date: string, watch: Watch): Promise<void> {
  await watch.first(
    ({ topic, message }) => topic === TOPIC.phase5PredictionsComplete && message['game_date'] === game_date,
  );
}

/**
 * A backfill says nothing on any topic, so its end is read from the claims: every scraped file was loaded, and nobody
 * holds or owes anything any more.
 */
async function backfillDone(game_date: string, ports: Ports): Promise<void> {
  const scraped = await ports.warehouse.runs({ game_date, phase: 'phase_1_scrapers' });
  for (;;) {
    const loaded = await ports.warehouse.runs({ game_date, phase: 'phase_2_raw' });
    const claims = await ports.documents.query<ProcessorClaim>('processor_claims');
    if (loaded.length >= scraped.length && claims.every(({ value }) => value.held_by === null)) return;
    await ports.clock.wait(POLL_MS);
  }
}

async function withPatience(finished: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([finished.then(() => true), impatience]);
  } finally {
    clearTimeout(timer);
  }
}
