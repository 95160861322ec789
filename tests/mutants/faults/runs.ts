import type { RequirementId } from '../../../generated/requirements.ts';
import { fault, type Mutant, type Patch } from '../mutant.ts';

/** What runs say of themselves, what sweeps send, and what the documents remember. */
export const RUNS: readonly Mutant[] = [
  alone(
    'S26-class-names-sent',
    'A sender calls itself by its class name.',
    'processor_name: run.processor,\n    phase: run.phase,\n    execution_id: run.execution_id,\n    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table',
    "processor_name: run.processor.replace(/^team_offense_game_summary$/, 'TeamOffenseGameSummaryProcessor'),\n    phase: run.phase,\n    execution_id: run.execution_id,\n    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table",
    'MSG-026',
  ),
  alone(
    'S05-execution-id-passed-on',
    'A run takes over the execution_id of the run that caused it.',
    'execution_id: run.execution_id,\n    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table',
    "execution_id: run.phase === 'phase_2_raw' ? cause.correlation_id : run.execution_id,\n    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table",
    'CORR-005',
  ),
  alone(
    'S06-every-run-manual',
    'Every run says that somebody started it by hand.',
    'parent_processor: cause.processor,\n    trigger_source: cause.trigger_source,\n    trigger_message_id: cause.message_id,',
    "parent_processor: cause.processor,\n    trigger_source: 'manual',\n    trigger_message_id: null,",
    'CORR-006',
  ),
  whole(
    'S07-own-parent',
    'A run names itself as its parent.',
    'parent_processor: cause.processor,\n    trigger_source',
    'parent_processor: cause.processor === null ? null : run.processor,\n    trigger_source',
    'CORR-007',
  ),
  whole(
    'S08-upstream-dropped',
    'Analytics runs do not say which raw runs they read.',
    '{ ...metadata, run: cause.run }',
    "{ ...metadata, ...(run.phase === 'phase_3_analytics' ? { upstream: [] } : {}), run: cause.run }",
    'CORR-008',
  ),
  alone(
    'S03-wrong-table-told',
    'A run writes one table and tells of another.',
    '    output_table: run.output_table,\n    output_dataset: run.output_dataset,\n    status: run.status,\n    record_count: run.record_count,\n    records_failed: run.records_failed,\n    timestamp',
    '    output_table: run.output_table.concat("_v2"),\n    output_dataset: run.output_dataset,\n    status: run.status,\n    record_count: run.record_count,\n    records_failed: run.records_failed,\n    timestamp',
    'TOPO-003',
  ),
  sweeping(
    'S14-sweep-sends-again',
    'idle-sweeps-of-phase3-to-phase4-orchestrator',
    'FANIN-014',
    sweepsAgain(),
  ),
  sweeping(
    'S15-sweep-does-not-wait',
    'idle-sweeps-of-phase3-to-phase4-orchestrator',
    'FANIN-015',
    sweepsEarly(),
  ),
  sweeping('S09-cascade-sweep-sends-again', 'idle-sweeps-of-phase4-orchestrator', 'CASC-009', sweepsAgain()),
  sweeping(
    'S10-cascade-sweep-does-not-wait',
    'idle-sweeps-of-phase4-orchestrator',
    'CASC-010',
    sweepsEarly(),
  ),
  fault(
    'S11-feature-store-refused',
    { only: ['cascade-of-partial-runs-to-its-end'], caught_by: ['CASC-011'] },
    'The last completion of the cascade is refused because nothing waits for it.',
    'orchestration/service.ts',
    '  if (received.cause.skip_downstream_trigger) {',
    "  if (processor === 'ml_feature_store_v2') throw new Error('nothing waits for it');\n  if (received.cause.skip_downstream_trigger) {",
  ),
  fault(
    'S12-partial-does-not-count',
    { only: ['cascade-of-partial-runs-to-its-end'], caught_by: ['CASC-012'] },
    'A level waits for ever for a run that was partial.',
    'orchestration/state.ts',
    'return { name, dataset, table, collection, counts, listens_to, triggers, levels };',
    "return { name, dataset, table, collection, counts: ['success'], listens_to, triggers, levels };",
  ),
  document('S31-one-document-for-all-runs', 'Every run of a date writes into one document.', 'STATE-003', {
    file: 'orchestration/state.ts',
    find: 'game_date: string, run: number): string {',
    replace: 'game_date: string, any_run: number): string {\n  const run = Math.min(any_run, 1);',
  }),
  document('S32-failed-recorded-as-success', 'The status of a run is not recorded as it came.', 'STATE-004', {
    file: 'orchestration/decide.ts',
    find: '  const incoming = { completed_at, correlation_id, execution_id, status, backfill_mode, backfill_reason };',
    replace:
      "  const incoming = { completed_at, correlation_id, execution_id, status: status === 'no_data' ? ('failed' as const) : status, backfill_mode, backfill_reason };",
  }),
  document('S33-silent-run-recorded', 'A completion that was told not to count is recorded.', 'STATE-005', {
    file: 'orchestration/service.ts',
    find: '  if (received.cause.skip_downstream_trigger) {',
    replace: '  if (received.cause.skip_downstream_trigger && received.cause.backfill_mode) {',
  }),
  fault(
    'S16-key-without-the-run',
    'IDEM-004',
    'The second run of a date is taken for a duplicate of the first.',
    'runs/processor-run.ts',
    'key: task.key,',
    "key: task.key.replace(/[.]r[0-9]+$/, ''),",
  ),
  fault(
    'S17-scrape-drops-the-flag',
    'BACK-006',
    'A scrape that was to trigger nothing says nothing of it, and the historical load sets off predictions.',
    'scrapers/scrape.ts',
    '      processor: null,',
    '      processor: null,\n      skip_downstream_trigger: false,',
  ),
  fault(
    'S34-record-without-its-time',
    { only: ['completion-document-of-phase3-to-phase4-orchestrator'], caught_by: ['STATE-001'] },
    'A completion is recorded without the time at which it came.',
    'orchestration/decide.ts',
    'const incoming = { completed_at, correlation_id,',
    'const incoming = { correlation_id,',
  ),
  fault(
    'Y51-run-ends-under-a-lost-claim',
    'IDEM-001',
    'A run whose claim was taken over stores its end all the same, so that one scraper run has two raw runs.',
    'runs/decide.ts',
    "if (state === undefined || state.held_by !== request.holder) return [state, { kind: 'lost' }];\n  if (state.state === 'finished')",
    "if (state === undefined) return [state, { kind: 'lost' }];\n  if (state.state === 'finished' && state.owner === request.holder)",
  ),
];

/** The sweep looks at every document there is, also at those that hang on nothing. */
function sweepsAll(): Patch {
  return {
    file: 'orchestration/sweep.ts',
    find: 'const documents = await findOpen(publishing);',
    replace:
      'const all = await publishing.ports.documents.query<CompletionState>(orchestrator.collection);\n  const documents = new Map(all.map(({ id, value }) => [id, value]));',
  };
}

/** The sweep publishes whatever it finds in the outbox. */
function sweepsAgain(): readonly Patch[] {
  return [
    sweepsAll(),
    {
      file: 'orchestration/sweep.ts',
      find: 'if (due.length === 0) continue;',
      replace:
        'for (const { entry } of orchestrator.levels) {\n      const sent = triggerOf(value, entry);\n      if (sent !== undefined) await publishing.ports.broker.publish(orchestrator.triggers, sent.message, {});\n    }\n    if (due.length === 0) continue;',
    },
  ];
}

/** The sweep triggers the first level of a date that it does not find in the outbox. */
function sweepsEarly(): readonly Patch[] {
  return [
    sweepsAll(),
    {
      file: 'orchestration/sweep.ts',
      find: "import { logPending, logWaiting } from './age.ts';",
      replace:
        "import { logPending, logWaiting } from './age.ts';\nimport { buildTrigger } from './trigger.ts';",
    },
    {
      file: 'orchestration/sweep.ts',
      find: 'if (due.length === 0) continue;',
      replace:
        "const [level] = orchestrator.levels;\n    if (level !== undefined && triggerOf(value, level.entry) === undefined) {\n      const upstream = Object.entries(value).filter(([name]) => !name.startsWith('_'));\n      const now = publishing.ports.clock.now().toISOString();\n      const due_level = { ...date, upstream, processor: upstream[0]?.[0], now, received_at: now, message_id: '1' } as never;\n      await publishing.ports.broker.publish(orchestrator.triggers, buildTrigger(orchestrator, level, due_level), {});\n    }\n    if (due.length === 0) continue;",
    },
  ];
}

/** Seen by whoever has the component alone, and by whoever has the whole pipeline. */
function alone(id: string, fault: string, find: string, replace: string, requirement: RequirementId): Mutant {
  return {
    ...whole(id, fault, find, replace, requirement),
    only: ['what-travels-on-from-phase2-raw', 'what-travels-on-from-phase3-analytics'],
  };
}

function whole(id: string, fault: string, find: string, replace: string, requirement: RequirementId): Mutant {
  const patches = [{ file: 'message/build.ts', find, replace }];
  return { id, fault, patches, only: ['one-date-through-all-phases'], caught_by: [requirement] };
}

function sweeping(id: string, check: string, requirement: RequirementId, patches: readonly Patch[]): Mutant {
  return {
    id,
    fault: 'The sweep sends what nobody waits for.',
    patches,
    only: [check],
    caught_by: [requirement],
  };
}

function document(id: string, fault: string, requirement: RequirementId, patch: Patch): Mutant {
  return {
    id,
    fault,
    patches: [patch],
    only: ['documents-of-two-runs-of-phase3-to-phase4-orchestrator'],
    caught_by: [requirement],
  };
}
