import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ProcessorRunHistory } from '../../../../generated/models.ts';
import type { GooglePorts } from '../../../google/ports.ts';
import type { Lineage } from '../../../trace/lineage.ts';
import { say, sayJson } from '../../terminal.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags, runOption } from '../flags.ts';

interface TraceFlags extends PlaceFlags {
  readonly player?: string;
  readonly date?: string;
  readonly run?: number;
  readonly html?: string;
}

/** What a trace starts from. */
interface Asked {
  /** Such as `correlation_id 3f2a…`. */
  readonly name: string;
  readonly execution_ids: readonly string[];
  readonly history: readonly ProcessorRunHistory[];
  readonly scope: 'all' | 'before';
}

/** Make `pipeline trace`: every run from scrapers to predictions, as a tree and as a timeline page. */
export function traceCommand(finish: Finish): Command {
  return operatingCommand('trace', 'Follow a scraper run, any run or a prediction through all phases.', [
    'npx pipeline trace 5f0c2a9e-8d1b-4c63-9a57-0b1e2d3c4f5a       a correlation_id or execution_id',
    'npx pipeline trace --player tyresemaxey --date 2024-01-16     one prediction, back to its scrapers',
    'npx pipeline trace --date 2024-01-16 --html trace.html        everything of the date, as a page',
  ])
    .argument('[id]', 'correlation_id or execution_id')
    .option('--player <player_lookup>', 'trace the prediction of this player; needs --date')
    .addOption(dateOption('--date <YYYY-MM-DD>', 'game date of --player, or of everything'))
    .addOption(runOption('run of --date (default: the latest on record)'))
    .option('--html <file>', 'write the timeline as one HTML page')
    .action(async (id: string | undefined, flags: TraceFlags) => finish(await trace(id, flags)));
}

async function trace(id: string | undefined, flags: TraceFlags): Promise<number> {
  const [{ withPlace }, { collectLineage }, { PipelineError }] = await Promise.all([
    import('../place.ts'),
    import('../../../trace/lineage.ts'),
    import('../../../errors/pipeline-error.ts'),
  ]);
  if (id === undefined && flags.date === undefined) {
    throw new PipelineError(
      'INVALID_REQUEST',
      'trace needs an id, or --date with or without --player; see --help',
    );
  }
  return withPlace(flags, async ({ ports }) => {
    const asked = id === undefined ? await askDate(ports, flags) : await askId(ports, id);
    if (typeof asked === 'string') {
      if (flags.json) sayJson({ found: false, problem: asked });
      else say(asked);
      return 1;
    }
    const lineage = collectLineage(asked.execution_ids, asked.history, asked.scope);
    if (flags.html !== undefined) await writeFile(flags.html, await pageOf(lineage, asked.name));
    if (flags.json) sayJson({ ...lineage, trace_of: asked.name });
    else for (const line of await linesOf(lineage, asked)) say(line);
    if (flags.html !== undefined && !flags.json) {
      say('');
      say(`The timeline is in ${flags.html}`);
    }
    return lineage.unknown.length === 0 && lineage.runs.every(({ status }) => status !== 'failed') ? 0 : 1;
  });
}

async function askId(ports: GooglePorts, id: string): Promise<Asked | string> {
  const [byRun, byCorrelation] = await Promise.all([
    ports.warehouse.runs({ execution_id: id }),
    ports.warehouse.runs({ correlation_id: id }),
  ]);
  const [first] = [...byCorrelation, ...byRun];
  if (first === undefined) {
    return `No run has the execution_id or correlation_id ${id}. A run is on record only once it has ended.`;
  }
  const { game_date, run } = first;
  const history = await ports.warehouse.runs({ game_date, run });
  return byCorrelation.length > 0
    ? {
        name: `correlation_id ${id}`,
        execution_ids: byCorrelation.map(({ execution_id }) => execution_id),
        history,
        scope: 'all',
      }
    : { name: `execution_id ${id}`, execution_ids: [id], history, scope: 'all' };
}

async function askDate(ports: GooglePorts, flags: TraceFlags): Promise<Asked | string> {
  const { meantRun } = await import('../place.ts');
  const game_date = flags.date ?? '';
  const run = await meantRun(ports, game_date, flags.run);
  const history = await ports.warehouse.runs({ game_date, run });
  if (flags.player === undefined) {
    if (history.length === 0) return `Nothing is on record for run ${run} of ${game_date}.`;
    const execution_ids = history.map(({ execution_id }) => execution_id);
    return { name: `everything of ${game_date}`, execution_ids, history, scope: 'before' };
  }
  const { PREDICTION_TABLE } = await import('../../../runs/output.ts');
  const row = await ports.warehouse.row(PREDICTION_TABLE, game_date, run, flags.player);
  if (row === undefined) return `${flags.player} has no prediction in run ${run} of ${game_date}.`;
  const name = `the prediction of ${flags.player}, ${row['predicted_points']} points`;
  return { name, execution_ids: [String(row['execution_id'])], history, scope: 'before' };
}

/** One run is drawn as the tree of what fed it; many are drawn as a list in time. */
async function linesOf(
  lineage: Lineage,
  { execution_ids, name, history }: Asked,
): Promise<readonly string[]> {
  const { drawTrace, traceRun } = await import('../../../trace/trace.ts');
  const [start] = execution_ids;
  const head = `Trace of ${name}: ${lineage.runs.length} runs`;
  const holes = lineage.unknown.map((id) => `The history lacks ${id}, which one of these runs has read.`);
  if (execution_ids.length === 1 && start !== undefined && lineage.runs.at(-1)?.execution_id === start) {
    return [head, '', ...drawTrace(traceRun(start, history)), ...holes];
  }
  const { drawLineage } = await import('../../../trace/draw-lineage.ts');
  return [head, '', ...drawLineage(lineage), ...holes];
}

async function pageOf(lineage: Lineage, name: string): Promise<string> {
  const [{ layOutTimeline }, { drawPage }] = await Promise.all([
    import('../../../trace/timeline.ts'),
    import('../../../trace/page.ts'),
  ]);
  return drawPage(layOutTimeline(lineage), name);
}
