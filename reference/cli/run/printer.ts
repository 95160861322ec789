import picocolors from 'picocolors';
import { TOPIC } from '../../../generated/topology.ts';
import type { Sighting } from '../../local/watch.ts';
import { PHASE_TITLES } from '../../trace/timeline.ts';
import { drawTrace, scraperRuns } from '../../trace/trace.ts';
import type { PhaseFigures } from './figures.ts';
import type { RunOptions } from './options.ts';
import type { Outcome } from './outcome.ts';

/** Says on standard output what a run does, for a person or for a machine. */
export interface Printer {
  /** @param source  where the figures come from, in words. */
  start(game_date: string, source: string): void;
  ready(components: number): void;
  sighting(sighting: Sighting): void;
  outcome(phases: readonly PhaseFigures[], outcome: Outcome): void;
}

/** Creates the printer that the flags ask for: text as it happens, or one JSON object at the end. */
export function createPrinter(options: RunOptions): Printer {
  return options.json ? jsonPrinter(options) : textPrinter(options);
}

function jsonPrinter({ date }: RunOptions): Printer {
  return {
    start() {},
    ready() {},
    sighting() {},
    outcome(phases, { done, orchestrators, predictions, traced }) {
      const trace = traced?.trace ?? null;
      say(JSON.stringify({ game_date: date, done, predictions, phases, orchestrators, trace }, null, 2));
    },
  };
}

function textPrinter(options: RunOptions): Printer {
  const { bold, dim, green, red } = picocolors;
  return {
    start(game_date, source) {
      say(`${bold(game_date)}  ${source}`);
      say('Starting the embedded cloud and one process per component');
    },
    ready: (components) => say(`${components} components ready; topics and subscriptions created\n`),
    sighting({ topic, message }) {
      const progress = progressLine(topic, message);
      if (progress !== undefined) say(dim(`  ${progress}`));
    },
    outcome(phases, outcome) {
      say(`\n${bold('Hops')}`);
      for (const phase of phases) say(`  ${hopLine(phase, outcome)}`);
      say(`\n${bold('Orchestrators')}`);
      for (const line of orchestratorLines(outcome)) say(`  ${line}`);
      if (outcome.traced !== null) sayTrace(outcome.traced);
      say(`\n${verdict(options, outcome, green, red)}`);
    },
  };
}

function hopLine({ name, runs, milliseconds }: PhaseFigures, { tables_loaded }: Outcome): string {
  const title = PHASE_TITLES[name].padEnd(22);
  if (runs > 0) return `${title} ${String(runs).padStart(4)} runs   ${milliseconds} ms`;
  if (name === 'phase_2_raw' && tables_loaded > 0) {
    return `${title} ${String(tables_loaded).padStart(4)} tables loaded, nothing was sent`;
  }
  return `${title} ${String(runs).padStart(4)} runs   nothing was sent`;
}

function progressLine(topic: string, message: Sighting['message']): string | undefined {
  if (topic === TOPIC.phase5PredictionRequest || topic === TOPIC.phase5PredictionReady) return undefined;
  if (topic === TOPIC.phase4PrecomputeComplete) return undefined;
  const name = String(message['processor_name']);
  const metadata = message['metadata'] as Readonly<Record<string, unknown>>;
  if (topic === TOPIC.phase4Trigger) return `${name} triggers level ${metadata['level']}`;
  if (topic === TOPIC.phase5PredictionsComplete) {
    return `${name} ends the batch: coverage ${metadata['coverage_percent']} %`;
  }
  return `${name}  ${message['status']}  ${message['record_count']} records`;
}

function orchestratorLines({ orchestrators }: Outcome): readonly string[] {
  return orchestrators.flatMap(({ document, completed, triggers }) => {
    if (completed.length === 0) return [`${document}  does not exist`];
    const sent = triggers.map(({ entry, status, execution_id }) => `  ${entry}  ${status}  ${execution_id}`);
    return [`${document}  ${completed.length} of 5 complete`, ...sent];
  });
}

function sayTrace({ row, trace }: NonNullable<Outcome['traced']>): void {
  const scrapers = scraperRuns(trace).length;
  say(
    `\n${picocolors.bold('Trace of one prediction')}  ${row['player_lookup']}, ${row['predicted_points']} points, from ${scrapers} scraper runs`,
  );
  for (const line of drawTrace(trace)) say(`  ${line}`);
}

function verdict(
  options: RunOptions,
  outcome: Outcome,
  good: (text: string) => string,
  bad: (text: string) => string,
): string {
  if (!outcome.done) {
    return bad(
      `The run of ${options.date} did not come to its end; the documents above show how far it came. Run again with --logs.`,
    );
  }
  if (options.backfill) {
    return good('Backfill: the raw tables are loaded and nothing was sent downstream.');
  }
  return good(`${outcome.predictions} predictions for ${options.date}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
