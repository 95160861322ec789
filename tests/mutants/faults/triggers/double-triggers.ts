import type { Mutant } from '../../mutant.ts';

/** Triggers that come twice, too early, or for the wrong date. */
export const DOUBLE_TRIGGERS: readonly Mutant[] = [
  {
    id: 'D01-read-count-write',
    fault: 'State is read, changed and written back without looking whether somebody wrote in between.',
    patches: [
      {
        file: 'google/firestore/documents.ts',
        find: '  const batch = document.firestore.batch();\n  if (updateTime',
        replace:
          '  if (next !== undefined) return document.set(toStore(next)).then((one) => [one]);\n  const batch = document.firestore.batch();\n  if (updateTime',
      },
      {
        file: 'google/firestore/documents.ts',
        find: 'update: share,',
        replace:
          "update: async (path, decide, beside = {}) => {\n      const [one] = await compareAndSet(firestore.doc(path), [{ ...beside, decide } as never], new Map());\n      if (one !== undefined && 'result' in one) return one.result as never;\n      throw one?.error;\n    },",
      },
    ],
    only: ['FANIN-006'],
    caught_by: ['FANIN-006'],
  },
  {
    id: 'D02-publish-inside-the-transaction',
    fault: 'The publish sits inside the callback of the transaction, which is run again on contention.',
    patches: [
      {
        file: 'orchestration/service.ts',
        find: '(state: CompletionState | undefined) => decideCompletion(state, eventNow(), orchestrator);',
        replace:
          '(state: CompletionState | undefined) => {\n      const decided = decideCompletion(state, eventNow(), orchestrator);\n      void publishTriggers(publishing, path, claimant, decided[1].publish).catch(() => {});\n      return decided;\n    };',
      },
      {
        file: 'orchestration/service.ts',
        find: '  await publishTriggers(publishing, path, claimant, effect.publish);\n  return effect;',
        replace: '  return effect;',
      },
    ],
    only: ['unconfirmed-publish-of-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-001'],
  },
  {
    id: 'D03-pending-does-not-exclude',
    fault: 'While the first publish is in flight another completion triggers again.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'return byTime(claim_expires_at, asker.now) > 0;',
        replace: 'return false;',
      },
    ],
    only: ['concurrent-deliveries-to-phase3-to-phase4-orchestrator'],
    caught_by: ['FANIN-011'],
  },
  {
    id: 'D04-any-five-names',
    fault: 'Any five names trigger; an unknown one stands in for a processor that is missing.',
    patches: [
      {
        file: 'message/receive.ts',
        find: 'if (found !== undefined) return found;',
        replace: 'if (found !== undefined || !isOrchestration) return found ?? name;',
      },
      {
        file: 'orchestration/decide.ts',
        find: 'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
        replace:
          'if (Object.keys(state).filter((name) => counts(state, name, orchestrator)).length < level.waits_for.length) continue;',
      },
    ],
    only: ['unknown-processor-to-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-003'],
  },
  {
    id: 'D05-failed-counts-as-done',
    fault: 'A failed or empty run counts as complete.',
    patches: [
      {
        file: 'orchestration/state.ts',
        find: 'return { name, dataset, table, collection, counts, listens_to, triggers, levels };',
        replace:
          "return { name, dataset, table, collection, counts: [...counts, 'failed', 'no_data'], listens_to, triggers, levels };",
      },
    ],
    only: ['FANIN-004'],
    caught_by: ['FANIN-004'],
  },
  {
    id: 'D06-level-2-after-two-of-three',
    fault: 'Level 2 starts when two of the three level 1 processors are done.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
        replace:
          'if (level.waits_for.filter((name) => counts(state, name, orchestrator)).length < level.waits_for.length - (level.level === 2 ? 1 : 0)) continue;',
      },
    ],
    only: ['CASC-001'],
    caught_by: ['CASC-001'],
  },
  {
    id: 'D08-dedup-by-message-id',
    fault: 'A redelivery under a new messageId is taken for new work.',
    patches: [
      {
        file: 'raw/load.ts',
        find: 'const { cause, message } = received;',
        replace:
          "const { message } = received;\n  const cause = { ...received.cause, execution_id: received.cause.message_id ?? '' };",
      },
    ],
    only: ['duplicates-to-phase2-raw'],
    caught_by: ['IDEM-001', 'ACK-004'],
  },
  {
    id: 'D09-key-without-the-date',
    fault: "The state is kept without the date: yesterday's completion satisfies today's set.",
    patches: [
      {
        file: 'orchestration/state.ts',
        find: 'game_date: string, run: number): string {',
        replace: 'date: string, run: number): string {\n  const game_date = date.slice(0, 4);',
      },
    ],
    only: ['FANIN-008'],
    caught_by: ['FANIN-008'],
  },
  {
    id: 'D11-backup-starts-a-second-batch',
    fault: 'The backup scheduler starts a second batch while the one of the trigger is running.',
    patches: [
      {
        file: 'predictions/routes/start.ts',
        find: "if (batch.state === 'running') return 'already_running';",
        replace: "if (batch.state === 'running') return 'none';",
      },
      {
        file: 'predictions/batch/decide-start.ts',
        find: "    case 'running':\n      return unchanged(current, 'already_running');",
        replace: "    case 'running':\n      return started(event);",
      },
    ],
    only: ['trigger-and-start-at-the-same-time'],
    caught_by: ['COORD-002', 'COORD-003'],
  },
  {
    id: 'D12-batch-announced-again',
    fault: 'A late duplicate of a result announces the finished batch again.',
    patches: [
      {
        file: 'predictions/batch/decide-end.ts',
        find: "return batch.state !== 'starting' && batch.announced_round < batch.round;",
        replace: "return batch.state !== 'starting';",
      },
    ],
    only: ['batch-ends-once-with-its-coverage'],
    caught_by: ['COORD-008'],
  },
  {
    id: 'D13-runs-without-its-tables',
    fault: 'An analytics processor runs as soon as one of its tables is there.',
    patches: [
      {
        file: 'analytics/decide-ready.ts',
        find: 'if (inputs.length < requires.length) {',
        replace: 'if (inputs.length === 0) {',
      },
    ],
    only: ['analytics-table-by-table'],
    caught_by: ['IDEM-002'],
  },
  {
    id: 'D14-claim-of-each-delivery',
    fault: 'Each delivery claims a key of its own, so that two deliveries of the last tables both work.',
    patches: [
      {
        file: 'runs/execute.ts',
        find: 'encodeURIComponent(request.key)',
        replace: 'encodeURIComponent(request.key + Math.random())',
      },
    ],
    only: ['IDEM-005'],
    caught_by: ['IDEM-005'],
  },
  {
    id: 'D15-duplicate-triggers-again',
    fault: 'A redelivered completion makes a second trigger.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (triggerOf(next, level.entry) !== undefined) continue;',
        replace: "if (triggerOf(next, level.entry)?.status === 'pending') continue;",
      },
      {
        file: 'message/uuid.ts',
        find: 'return v5(name, TRIGGER_IDENTITY.namespace);',
        replace: 'return name === "" ? v5(name, TRIGGER_IDENTITY.namespace) : crypto.randomUUID();',
      },
    ],
    only: ['duplicates-to-phase3-to-phase4-orchestrator'],
    caught_by: ['FANIN-002'],
  },
  {
    id: 'D16-four-of-five-will-do',
    fault: 'The fan-in does not wait for the last of the five.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
        replace:
          'if (level.waits_for.filter((name) => counts(state, name, orchestrator)).length < level.waits_for.length - (level.level === 1 ? 1 : 0)) continue;',
      },
    ],
    only: ['fan-in-with-one-missing'],
    caught_by: ['FANIN-003'],
  },
  {
    id: 'D17-level-3-looked-at-with-level-2-only',
    fault:
      'Level 3 is looked at when level 2 completes and never again, so that a late level 1 leaves it waiting.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
        replace:
          "if (!level.waits_for.every((name) => counts(state, name, orchestrator)) || (level.level === 3 && event.processor !== 'player_composite_factors')) continue;",
      },
    ],
    only: ['cascade-out-of-order'],
    caught_by: ['CASC-002'],
  },
  {
    id: 'D18-duplicate-triggers-a-level-again',
    fault: 'A redelivered completion makes a second trigger of its level.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (triggerOf(next, level.entry) !== undefined) continue;',
        replace: "if (triggerOf(next, level.entry)?.status === 'pending') continue;",
      },
      {
        file: 'message/uuid.ts',
        find: 'return v5(name, TRIGGER_IDENTITY.namespace);',
        replace: 'return name === "" ? v5(name, TRIGGER_IDENTITY.namespace) : crypto.randomUUID();',
      },
    ],
    only: ['duplicates-to-phase4-orchestrator'],
    caught_by: ['CASC-003'],
  },
  {
    id: 'D19-trigger-names-another-level',
    fault: 'A trigger names processors that belong to another level.',
    patches: [
      {
        file: 'orchestration/trigger.ts',
        find: 'processors: level.runs,',
        replace: "processors: [...level.runs, 'ml_feature_store_v2'],",
      },
    ],
    only: ['cascade-in-order'],
    caught_by: ['CASC-004'],
  },
  {
    id: 'D20-cascade-key-without-the-date',
    fault: "The state of the cascade is kept without the date: yesterday's level 1 starts today's level 2.",
    patches: [
      {
        file: 'orchestration/state.ts',
        find: 'game_date: string, run: number): string {',
        replace: 'date: string, run: number): string {\n  const game_date = date.slice(0, 4);',
      },
    ],
    only: ['CASC-008'],
    caught_by: ['CASC-008'],
  },
];
