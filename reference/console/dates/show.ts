import type { PredictionBatch } from '../../../generated/models.ts';
import { SCHEDULES, TOPIC } from '../../../generated/topology.ts';
import type { Diagnosis } from '../../operations/dates/finding.ts';
import { nextCommand } from '../../operations/dates/next-command.ts';
import type { DateSnapshot } from '../../operations/dates/snapshot.ts';
import {
  type CompletionState,
  type OrchestratorName,
  readOrchestrator,
  readStateId,
  recordOf,
  statePath,
  triggerOf,
} from '../../orchestration/state.ts';
import { actOf } from '../acts/decide-act.ts';
import type {
  Cell,
  CellState,
  DateDocuments,
  DateView,
  FindingView,
  OrchestratorView,
  OverviewRow,
  SchedulerJobView,
  Stored,
} from './views.ts';

/** The phases in the order of the pipeline, by the name that run history gives them. */
const PHASES = [
  'phase_1_scrapers',
  'phase_2_raw',
  'phase_3_analytics',
  'phase_4_precompute',
  'phase_5_predictions',
] as const;

/** Where the processors of a phase say that they are done. */
const PHASE_TOPICS: Readonly<Record<string, string>> = {
  phase_1_scrapers: TOPIC.phase1ScrapersComplete,
  phase_2_raw: TOPIC.phase2RawComplete,
  phase_3_analytics: TOPIC.phase3AnalyticsComplete,
  phase_4_precompute: TOPIC.phase4ProcessorComplete,
};

const URGENCY: readonly CellState[] = [
  'failed',
  'stuck',
  'owed',
  'late',
  'due',
  'working',
  'waiting',
  'empty',
  'done',
];
const ORCHESTRATORS = ['phase3-to-phase4-orchestrator', 'phase4-orchestrator'] as const;

/** Show a date that was read whole as a row. @param project the project, where commands need it by flag. */
export function rowOf(diagnosis: Diagnosis, project?: string): OverviewRow {
  const { game_date, run, verdict } = diagnosis;
  const cells = PHASES.map((phase) =>
    phase === 'phase_5_predictions' ? batchCell(diagnosis) : phaseCell(diagnosis, phase),
  );
  return { game_date, run, verdict, cells, findings: findingsOf(diagnosis, project) };
}

/** Show a date of which only the documents were read as a row. */
export function documentsRow({ game_date, run, phase3, phase4, batch }: DateDocuments): OverviewRow {
  const unread = (phase: string): Cell => ({ phase, state: 'unread', text: 'not read', at: null });
  const batch_cell: Cell =
    batch === null
      ? { phase: 'phase_5_predictions', state: 'none', text: 'no batch', at: null }
      : {
          phase: 'phase_5_predictions',
          state: batch.state === 'complete' ? 'done' : 'working',
          text: `${batch.state}, ${batch.players_requested} asked`,
          at: batch.completed_at,
        };
  const cells = [
    unread('phase_1_scrapers'),
    unread('phase_2_raw'),
    stateCell('phase_3_analytics', 'phase3-to-phase4-orchestrator', phase3),
    stateCell('phase_4_precompute', 'phase4-orchestrator', phase4),
    batch_cell,
  ];
  return { game_date, run, verdict: null, cells, findings: [] };
}

/** Show one date whole. */
export function dateView(diagnosis: Diagnosis, snapshot: DateSnapshot, project?: string): DateView {
  const { game_date, run, verdict, at, predictions, waiting, standings } = diagnosis;
  return {
    game_date,
    run,
    run_numbers: snapshot.run_numbers,
    verdict,
    at,
    phases: PHASES.slice(0, 4).map((phase) => ({
      phase,
      topic: PHASE_TOPICS[phase] ?? '',
      processors: standings
        .filter((standing) => standing.phase === phase)
        .map(({ processor, state, run: ended, waits_for }) => ({
          name: processor,
          state,
          status: ended?.status ?? null,
          records: ended?.record_count ?? null,
          started_at: ended?.started_at ?? null,
          finished_at: ended?.finished_at ?? null,
          execution_id: ended?.execution_id ?? null,
          error: ended?.error_message == null ? null : `${ended.error_type}: ${ended.error_message}`,
          waits_for,
        })),
    })),
    orchestrators: ORCHESTRATORS.map((name) =>
      orchestratorView(
        name,
        game_date,
        run,
        name === 'phase4-orchestrator' ? snapshot.phase4 : snapshot.phase3,
      ),
    ),
    batch: predictions,
    findings: findingsOf(diagnosis, project),
    waiting: waiting.map(({ where, sentence }) => ({ where, sentence })),
    dead_letters: snapshot.dead_letters.length,
  };
}

/** List the jobs of the night in the order of the contract. */
export function schedulerJobViews(): readonly SchedulerJobView[] {
  return Object.entries(SCHEDULES).map(([name, { cron, time_zone, method, path, component }]) => ({
    name,
    cron,
    time_zone,
    call: `${method} ${path} on ${component}`,
  }));
}

/** Put documents of three collections together by date and run, the latest date first. */
export function joinDocuments(
  phase3: readonly Stored<CompletionState>[],
  phase4: readonly Stored<CompletionState>[],
  batches: readonly Stored<PredictionBatch>[],
): readonly DateDocuments[] {
  const maps = [phase3, phase4, batches].map((list) => new Map(list.map(({ id, value }) => [id, value])));
  const ids = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...ids]
    .map((id) => ({
      ...readStateId(id),
      phase3: (maps[0]?.get(id) as CompletionState | undefined) ?? null,
      phase4: (maps[1]?.get(id) as CompletionState | undefined) ?? null,
      batch: (maps[2]?.get(id) as PredictionBatch | undefined) ?? null,
    }))
    .sort((a, b) => b.game_date.localeCompare(a.game_date) || b.run - a.run);
}

function findingsOf(diagnosis: Diagnosis, project: string | undefined): readonly FindingView[] {
  const { game_date, run } = diagnosis;
  return diagnosis.findings.map((finding) => {
    const { next: _next, ...rest } = finding;
    const context = { game_date, run };
    return {
      ...rest,
      ...context,
      command: nextCommand(finding, { ...context, project }),
      act: actOf(finding, context),
    };
  });
}

function phaseCell({ standings }: Diagnosis, phase: string): Cell {
  const own = standings.filter((standing) => standing.phase === phase);
  const states = own.map(({ state }) => state);
  const state = URGENCY.find((one) => states.some((other) => other === one)) ?? 'none';
  const done = states.filter((one) => one === 'done' || one === 'empty').length;
  const ends = own.flatMap(({ run }) => run?.finished_at ?? []).sort();
  // A phase of which some are done and the rest waits is under way.
  const shown = state === 'waiting' && done > 0 ? 'working' : state;
  return { phase, state: shown, text: `${done} of ${own.length}`, at: ends.at(-1) ?? null };
}

function batchCell({ predictions, findings }: Diagnosis): Cell {
  const phase = 'phase_5_predictions';
  const { state, players_completed, players_requested, sla } = predictions;
  if (sla === 'missed') {
    const text = state === 'none' ? 'no batch' : `${players_completed} of ${players_requested}`;
    return { phase, state: 'late', text, at: null };
  }
  const is_wrong = findings.some(({ kind, where }) => kind === 'problem' && where === 'phase 5');
  if (state === 'none')
    return {
      phase,
      state: is_wrong ? 'due' : sla === 'none' ? 'empty' : 'waiting',
      text: 'no batch',
      at: null,
    };
  const text = `${players_completed} of ${players_requested}`;
  return { phase, state: is_wrong ? 'stuck' : state === 'complete' ? 'done' : 'working', text, at: null };
}

function stateCell(phase: string, name: OrchestratorName, state: CompletionState | null): Cell {
  if (state === null) return { phase, state: 'none', text: 'no document', at: null };
  const { reported, missing, triggers } = orchestratorView(name, '', 1, state);
  const is_pending = triggers.some(({ status }) => status === 'pending');
  const at =
    reported
      .map((one) => one.at)
      .sort()
      .at(-1) ?? null;
  const whole = missing.length === 0 && triggers.every(({ status }) => status === 'published');
  return {
    phase,
    state: is_pending ? 'owed' : whole ? 'done' : 'waiting',
    text: `${reported.length} of ${reported.length + missing.length}`,
    at,
  };
}

function orchestratorView(
  name: OrchestratorName,
  game_date: string,
  run: number,
  state: CompletionState | null,
): OrchestratorView {
  const orchestrator = readOrchestrator(name);
  const known = state ?? {};
  const expected = [...new Set(orchestrator.levels.flatMap(({ waits_for }) => waits_for))];
  const names = [
    ...new Set([...expected, ...Object.keys(known).filter((key) => recordOf(known, key) !== undefined)]),
  ];
  const reported = names.flatMap((processor) => {
    const record = recordOf(known, processor);
    return record === undefined ? [] : [{ name: processor, status: record.status, at: record.completed_at }];
  });
  return {
    name,
    document: statePath(orchestrator, game_date, run),
    reported,
    missing: names.filter((one) => !reported.some((other) => other.name === one)),
    triggers: orchestrator.levels.map(({ level, entry, runs }) => {
      const trigger = triggerOf(known, entry);
      const at = trigger?.published_at ?? trigger?.decided_at ?? null;
      return { level, status: trigger?.status ?? 'none', at, runs };
    }),
  };
}
