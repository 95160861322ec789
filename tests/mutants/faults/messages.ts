import type { Mutant } from '../mutant.ts';

/** Names, shapes, correlation, backfill and dates. */
export const MESSAGES: readonly Mutant[] = [
  {
    id: 'N01-class-names-unknown',
    fault: 'Class names come over the wire, and only snake-case names are known.',
    patches: [
      {
        file: 'message/receive.ts',
        find: ': canonicalProcessorName(phase, name);',
        replace: ': Object.keys(processorsOf(phase)).find((known) => known === name);',
      },
    ],
    only: ['aliases-to-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-006'],
  },
  {
    id: 'N05-trigger-lacks-a-field',
    fault: 'A field that the receiver requires is left out instead of written as null.',
    patches: [
      {
        file: 'message/build.ts',
        find: '    error_message: run.error?.error_message ?? null,\n    error_type: run.error?.error_type ?? null,\n    metadata',
        replace: '    metadata',
      },
      { file: 'message/publisher.ts', find: 'if (problems.length === 0) return;', replace: 'return;' },
    ],
    only: ['what-travels-on-from-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-002'],
  },
  {
    id: 'N06-receiver-refuses-new-fields',
    fault: 'A sender adds a field, and its receiver refuses every message.',
    patches: [
      {
        file: 'message/receive.ts',
        find: "validate(name, 'receive', delivery.payload)",
        replace: "validate(name, 'send', delivery.payload)",
      },
    ],
    only: ['unknown-fields-to-phase4-orchestrator'],
    caught_by: ['MSG-003'],
  },
  {
    id: 'N08-only-the-senders-of-today',
    fault: 'A result of a worker of an older version of the contract is acked and forgotten.',
    patches: [
      {
        file: 'predictions/batch/decide-player.ts',
        find: "if (result.status === 'success' && current.state !== 'completed') {",
        replace:
          "if (result.status === 'success' && result.attempt !== undefined && current.state !== 'completed') {",
      },
    ],
    only: ['senders-of-every-version-to-phase5-coordinator-results'],
    caught_by: ['MSG-028'],
  },
  {
    id: 'N07-word-as-date',
    fault: 'A game_date such as TODAY becomes the id of a document.',
    patches: [
      {
        file: 'message/receive.ts',
        find: "validate(name, 'receive', delivery.payload);",
        replace: "validate(name, 'receive', delivery.payload).filter(({ field }) => field !== 'game_date');",
      },
    ],
    only: ['impossible-dates-to-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-005'],
  },
  {
    id: 'C01-new-correlation-id',
    fault: 'A hop generates a new correlation_id, and the chain is cut.',
    patches: [
      {
        file: 'message/build.ts',
        find: '    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table',
        replace:
          '    correlation_id: crypto.randomUUID(),\n    game_date: cause.game_date,\n    output_table',
      },
    ],
    only: ['what-travels-on-from-phase2-raw'],
    caught_by: ['CORR-001'],
  },
  {
    id: 'C02-missing-correlation-made-up',
    fault: 'A missing correlation_id is replaced by one that no scraper run has.',
    patches: [
      {
        file: 'message/receive.ts',
        find: 'correlation_id = message.execution_id;',
        replace: 'correlation_id = crypto.randomUUID();',
      },
    ],
    only: ['missing-correlation-to-phase3-to-phase4-orchestrator'],
    caught_by: ['CORR-002'],
  },
  {
    id: 'C03-one-of-five-upstream-runs',
    fault: 'The trigger keeps one of five upstream runs; the others become untraceable.',
    patches: [
      {
        file: 'orchestration/trigger.ts',
        find: 'return buildCompletion(run, { level: level.level, processors: level.runs, upstream });',
        replace:
          'return buildCompletion(run, { level: level.level, processors: level.runs, upstream: upstream.slice(0, 1) });',
      },
    ],
    only: ['fan-in-in-any-order'],
    caught_by: ['FANIN-010'],
  },
  {
    id: 'B01-skip-flag-read-from-another-key',
    fault: 'The skip flag is read from a key that no sender sets: a historical load triggers predictions.',
    patches: [
      {
        file: 'message/receive.ts',
        find: 'skip_downstream_trigger: message.skip_downstream_trigger,',
        replace: 'skip_downstream_trigger: (message.metadata as { skip?: boolean }).skip === true,',
      },
    ],
    only: ['BACK-002', 'BACK-005'],
    caught_by: ['BACK-002', 'BACK-005'],
  },
  {
    id: 'B02-backfill-stops-at-the-first-hop',
    fault: 'backfill_mode is not carried on: downstream takes historical figures for live ones.',
    patches: [
      {
        file: 'message/build.ts',
        find: '    backfill_mode: cause.backfill_mode,\n    backfill_reason: cause.backfill_reason,\n    error_message: run.error?.error_message ?? null,\n    error_type: run.error?.error_type ?? null,\n    metadata',
        replace:
          '    backfill_mode: false,\n    backfill_reason: null,\n    error_message: run.error?.error_message ?? null,\n    error_type: run.error?.error_type ?? null,\n    metadata',
      },
    ],
    only: ['what-travels-on-from-phase3-to-phase4-orchestrator'],
    caught_by: ['BACK-003'],
  },
  {
    id: 'B03-backfill-occupies-the-key',
    fault: 'A backfill that published nothing blocks the live run after it.',
    patches: [
      {
        file: 'runs/decide.ts',
        find: 'if (claim.skip_downstream_trigger && !request.skip_downstream_trigger) return false;',
        replace: '',
      },
    ],
    only: ['skip-downstream-to-phase4-precompute'],
    caught_by: ['BACK-004'],
  },
  {
    id: 'T01-date-from-the-clock',
    fault: 'The date of a message is taken from the clock; after midnight UTC the chain changes date.',
    patches: [
      {
        file: 'message/build.ts',
        find: '    game_date: cause.game_date,\n    output_table: run.output_table,\n    output_dataset',
        replace:
          '    game_date: new Date().toISOString().slice(0, 10),\n    output_table: run.output_table,\n    output_dataset',
      },
    ],
    only: ['what-travels-on-from-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-004', 'MSG-009'],
  },
  {
    id: 'N10-field-of-its-own',
    fault: 'A sender adds a field that is in no schema.',
    patches: [
      {
        file: 'message/build.ts',
        find: 'parent_processor: cause.processor,\n    trigger_source',
        replace: 'sent_by: run.processor,\n    parent_processor: cause.processor,\n    trigger_source',
      },
      { file: 'message/publisher.ts', find: 'if (problems.length === 0) return;', replace: 'return;' },
    ],
    only: ['what-travels-on-from-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-001'],
  },
  {
    id: 'N11-legacy-fields-dropped',
    fault: 'Scrapers send the new format alone before everybody reads it.',
    patches: [
      {
        file: 'scrapers/scrape.ts',
        find: 'const message = { ...buildCompletion(run, {}), ...legacy };',
        replace: 'const message = { ...buildCompletion(run, {}), name: legacy.name };',
      },
      { file: 'message/publisher.ts', find: 'if (problems.length === 0) return;', replace: 'return;' },
    ],
    only: ['MSG-007'],
    caught_by: ['MSG-007'],
  },
  {
    id: 'N12-legacy-format-refused',
    fault: 'Phase 2 takes only the new format, and a scraper of last week sends the old one.',
    patches: [
      {
        file: 'message/legacy.ts',
        find: 'return isUnified || !isObject ?',
        replace: 'return isUnified || isObject ?',
      },
    ],
    only: ['MSG-008'],
    caught_by: ['MSG-008'],
  },
  {
    id: 'N13-legacy-field-wins',
    fault: 'Where both formats disagree the old one decides.',
    patches: [
      {
        file: 'message/receive.ts',
        find: 'requireProcessor(message.phase, message.processor_name, delivery.message_id);',
        replace:
          'requireProcessor(message.phase, (message as { scraper_name?: string }).scraper_name ?? message.processor_name, delivery.message_id);',
      },
    ],
    only: ['MSG-010'],
    caught_by: ['MSG-010'],
  },
  {
    id: 'C04-trigger-of-no-upstream-run',
    fault: 'The trigger has a correlation_id that none of the runs it lists has.',
    patches: [
      {
        file: 'message/build.ts',
        find: '    correlation_id: cause.correlation_id,\n    game_date: cause.game_date,\n    output_table',
        replace:
          '    correlation_id: crypto.randomUUID(),\n    game_date: cause.game_date,\n    output_table',
      },
    ],
    only: ['fan-in-in-any-order'],
    caught_by: ['CORR-003'],
  },
  {
    id: 'C05-another-trigger-message',
    fault: 'A run names a message as its cause that it never got.',
    patches: [
      {
        file: 'message/build.ts',
        find: 'trigger_source: cause.trigger_source,\n    trigger_message_id: cause.message_id,\n    skip_downstream_trigger: cause.skip_downstream_trigger,\n    backfill_mode: cause.backfill_mode,\n    backfill_reason: cause.backfill_reason,\n    error_message: run.error?.error_message ?? null,\n    error_type: run.error?.error_type ?? null,\n    metadata',
        replace:
          'trigger_source: cause.trigger_source,\n    trigger_message_id: cause.message_id === null ? null : "0".concat(cause.message_id),\n    skip_downstream_trigger: cause.skip_downstream_trigger,\n    backfill_mode: cause.backfill_mode,\n    backfill_reason: cause.backfill_reason,\n    error_message: run.error?.error_message ?? null,\n    error_type: run.error?.error_type ?? null,\n    metadata',
      },
    ],
    only: ['what-travels-on-from-phase2-raw'],
    caught_by: ['CORR-004'],
  },
  {
    id: 'B04-flag-not-obeyed',
    fault: 'A historical load is announced downstream like a live one.',
    patches: [
      {
        file: 'runs/execute.ts',
        find: 'completions: request.skip_downstream_trigger',
        replace: 'completions: request.inputs === undefined',
      },
      {
        file: 'message/publisher.ts',
        find: "if (fields['skip_downstream_trigger'] === true &&",
        replace: "if (fields['skip_downstream_trigger'] === undefined &&",
      },
    ],
    only: ['skip-downstream-to-phase2-raw'],
    caught_by: ['BACK-001'],
  },
];
