import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { Standing } from '../../../operations/dates/decide-standing.ts';
import type { Diagnosis, Finding } from '../../../operations/dates/finding.ts';
import { nextCommand } from '../../../operations/dates/next-command.ts';
import type { DateSnapshot } from '../../../operations/dates/snapshot.ts';
import { PHASE_TITLES } from '../../../trace/timeline.ts';
import { say, sayJson } from '../../terminal.ts';
import { dateOption, type Finish, operatingCommand, type PlaceFlags, positive, runOption } from '../flags.ts';

interface StatusFlags extends PlaceFlags {
  readonly date: string;
  readonly run?: number;
  /** Seconds; undefined without the flag. */
  readonly wait?: number;
}

/** Make `pipeline status`: what is on record for a date, what is missing and why, and what to run next. */
export function statusCommand(finish: Finish): Command {
  return operatingCommand('status', 'Say how a date stands: what is missing, why, and what to run next.', [
    'npx pipeline status --date 2024-01-16',
    'npx pipeline status --date 2024-01-16 --wait 600         until it is complete, ten minutes at most',
    'npx pipeline status --date 2024-01-16 --run 2 --json',
  ])
    .addOption(dateOption('--date <YYYY-MM-DD>', 'game date').makeOptionMandatory())
    .addOption(runOption('run of the date (default: the latest on record)'))
    .option('--wait <seconds>', 'look again until the date is complete, at most this long', positive)
    .action(async (flags: StatusFlags) => finish(await showStatus(flags)));
}

async function showStatus(flags: StatusFlags): Promise<number> {
  const [{ withPlace, meantRun }, { readSnapshot }, { diagnose }] = await Promise.all([
    import('../place.ts'),
    import('../../../operations/dates/snapshot.ts'),
    import('../../../operations/dates/decide-diagnosis.ts'),
  ]);
  return withPlace(flags, async ({ ports, letters }) => {
    const give_up_at = Date.now() + 1000 * (flags.wait ?? 0);
    for (;;) {
      const run = await meantRun(ports, flags.date, flags.run);
      const snapshot = await readSnapshot(ports, letters, { game_date: flags.date, run });
      const diagnosis = diagnose(snapshot, ports.clock.now().toISOString());
      const { verdict } = diagnosis;
      if (verdict !== 'complete' && verdict !== 'backfill' && Date.now() < give_up_at) {
        await ports.clock.wait(LOOK_AGAIN_MS);
        continue;
      }
      if (flags.json) sayJson(reportOf(diagnosis, snapshot, flags));
      else for (const line of linesOf(diagnosis, snapshot, flags)) say(line);
      return verdict === 'stuck' || verdict === 'nothing' ? 1 : 0;
    }
  });
}

const LOOK_AGAIN_MS = 1000;

function reportOf(diagnosis: Diagnosis, snapshot: DateSnapshot, flags: StatusFlags): object {
  const { standings, findings, ...rest } = diagnosis;
  return {
    ...rest,
    run_numbers: snapshot.run_numbers,
    findings: findings.map((finding) => ({ ...finding, next: nextOf(finding, diagnosis, flags) })),
    processors: standings.map(({ phase, processor, state, run }) => ({
      phase,
      processor,
      state,
      execution_id: run?.execution_id ?? null,
    })),
    orchestrators: { phase3_completion: snapshot.phase3, phase4_completion: snapshot.phase4 },
    batch: snapshot.batch,
  };
}

function linesOf(diagnosis: Diagnosis, snapshot: DateSnapshot, flags: StatusFlags): readonly string[] {
  const { game_date, run, verdict, at, findings, waiting } = diagnosis;
  const { bold, dim } = picocolors;
  const told = (wanted: Finding['kind']): readonly string[] =>
    findings
      .filter(({ kind }) => kind === wanted)
      .flatMap((finding) => findingLines(finding, diagnosis, flags));
  const others = snapshot.run_numbers.length > 1 ? `  (on record: ${snapshot.run_numbers.join(', ')})` : '';
  return [
    `${bold(game_date)}  run ${run}${others}  ${colour(verdict)(verdict.toUpperCase())}  at ${at.slice(0, 16)}Z`,
    '',
    ...phaseLines(diagnosis, snapshot),
    ...section('What is wrong, and why', told('problem')),
    ...section('Under way', told('wait')),
    ...section('Good to know', told('note')),
    ...section(
      'Waits for that',
      waiting.map(({ where, sentence }) => dim(`  ${where.padEnd(14)}${sentence}`)),
    ),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', picocolors.bold(title), ...lines];
}

function findingLines(finding: Finding, diagnosis: Diagnosis, flags: StatusFlags): readonly string[] {
  const next = nextOf(finding, diagnosis, flags);
  const line = `  ${finding.where.padEnd(14)}${finding.sentence}`;
  return next === null ? [line] : [line, `  ${''.padEnd(14)}next: ${picocolors.cyan(next)}`];
}

function nextOf(finding: Finding, { game_date, run }: Diagnosis, { project }: StatusFlags): string | null {
  return nextCommand(finding, { game_date, run, project });
}

const PHASES = ['phase_1_scrapers', 'phase_2_raw', 'phase_3_analytics', 'phase_4_precompute'] as const;

function phaseLines({ standings, predictions }: Diagnosis, snapshot: DateSnapshot): readonly string[] {
  const lines = PHASES.flatMap((phase) => {
    const own = standings.filter((standing) => standing.phase === phase);
    const line = `  ${PHASE_TITLES[phase].padEnd(22)}${phaseCount(own)}`;
    if (phase === 'phase_3_analytics')
      return [line, `  ${'3 to 4   fan-in'.padEnd(22)}${stateLine(snapshot.phase3)}`];
    if (phase === 'phase_4_precompute')
      return [line, `  ${'Phase 4  cascade'.padEnd(22)}${stateLine(snapshot.phase4)}`];
    return [line];
  });
  const { state, batch_id, players_completed, players_requested, coverage_percent, deadline } = predictions;
  const batch =
    batch_id === null
      ? 'no batch'
      : `batch ${batch_id} ${state}: ${players_completed} of ${players_requested} predicted, ${coverage_percent} %`;
  return [
    ...lines,
    `  ${PHASE_TITLES.phase_5_predictions.padEnd(22)}${batch}, due ${deadline.slice(0, 16)}Z`,
  ];
}

function phaseCount(own: readonly Standing[]): string {
  const done = own.filter(({ state }) => state === 'done').length;
  const others = [...new Set(own.map(({ state }) => state))].filter((state) => state !== 'done');
  const rest = others.map((state) => `${own.filter((standing) => standing.state === state).length} ${state}`);
  return [`${done} of ${own.length} done`, ...rest].join(', ');
}

function stateLine(state: DateSnapshot['phase3']): string {
  if (state === null) return 'no document';
  const counted = Object.entries(state).filter(([name]) => !name.startsWith('_'));
  const triggers = Object.entries(state).flatMap(([name, record]) => {
    if (!('message' in record)) return [];
    const when = record.published_at ?? record.decided_at;
    return [`${name} ${record.status} ${when.slice(11, 16)}Z`];
  });
  return [`${counted.length} of 5 reported`, ...(triggers.length === 0 ? ['no trigger yet'] : triggers)].join(
    ', ',
  );
}

function colour(verdict: Diagnosis['verdict']): (text: string) => string {
  if (verdict === 'complete' || verdict === 'backfill') return picocolors.green;
  return verdict === 'working' ? picocolors.yellow : picocolors.red;
}
