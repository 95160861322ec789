import { fault, type Mutant, type Patch } from '../../mutant.ts';
import { CHECK_THEN_ACT } from './interleavings.ts';

/** A trigger that is on record is made again, with an id of its own. */
const TRIGGERED_AGAIN: readonly Patch[] = [
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
];

/** Triggers that come twice, too early, or for the wrong date. */
export const DOUBLE_TRIGGERS: readonly Mutant[] = [
  {
    id: 'D01-read-count-write',
    fault: 'State is read, changed and written back without looking whether somebody wrote in between.',
    patches: CHECK_THEN_ACT,
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
  fault(
    'D03-pending-does-not-exclude',
    { only: ['concurrent-deliveries-to-phase3-to-phase4-orchestrator'], caught_by: ['FANIN-011'] },
    'While the first publish is in flight another completion triggers again.',
    'orchestration/decide.ts',
    'return byTime(claim_expires_at, asker.now) > 0;',
    'return false;',
  ),
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
  fault(
    'D05-failed-counts-as-done',
    'FANIN-004',
    'A failed or empty run counts as complete.',
    'orchestration/state.ts',
    'return { name, dataset, table, collection, counts, listens_to, triggers, levels };',
    "return { name, dataset, table, collection, counts: [...counts, 'failed', 'no_data'], listens_to, triggers, levels };",
  ),
  fault(
    'D06-level-2-after-two-of-three',
    'CASC-001',
    'Level 2 starts when two of the three level 1 processors are done.',
    'orchestration/decide.ts',
    'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
    'if (level.waits_for.filter((name) => counts(state, name, orchestrator)).length < level.waits_for.length - (level.level === 2 ? 1 : 0)) continue;',
  ),
  fault(
    'D08-dedup-by-message-id',
    { only: ['duplicates-to-phase2-raw'], caught_by: ['IDEM-001', 'ACK-004'] },
    'A redelivery under a new messageId is taken for new work.',
    'raw/load.ts',
    'const { cause, message } = received;',
    "const { message } = received;\n  const cause = { ...received.cause, execution_id: received.cause.message_id ?? '' };",
  ),
  fault(
    'D09-key-without-the-date',
    'FANIN-008',
    "The state is kept without the date: yesterday's completion satisfies today's set.",
    'orchestration/state.ts',
    'game_date: string, run: number): string {',
    'date: string, run: number): string {\n  const game_date = date.slice(0, 4);',
  ),
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
  fault(
    'D12-batch-announced-again',
    { only: ['batch-ends-once-with-its-coverage'], caught_by: ['COORD-008'] },
    'A late duplicate of a result announces the finished batch again.',
    'predictions/batch/decide-end.ts',
    "return batch.state !== 'starting' && batch.announced_round < batch.round;",
    "return batch.state !== 'starting';",
  ),
  fault(
    'D13-runs-without-its-tables',
    { only: ['analytics-table-by-table'], caught_by: ['IDEM-002'] },
    'An analytics processor runs as soon as one of its tables is there.',
    'analytics/decide-ready.ts',
    'if (inputs.length < requires.length) {',
    'if (inputs.length === 0) {',
  ),
  fault(
    'D14-claim-of-each-delivery',
    'IDEM-005',
    'Each delivery claims a key of its own, so that two deliveries of the last tables both work.',
    'runs/execute.ts',
    'encodeURIComponent(request.key)',
    'encodeURIComponent(request.key + Math.random())',
  ),
  {
    id: 'D15-duplicate-triggers-again',
    fault: 'A redelivered completion makes a second trigger.',
    patches: TRIGGERED_AGAIN,
    only: ['duplicates-to-phase3-to-phase4-orchestrator'],
    caught_by: ['FANIN-002'],
  },
  fault(
    'D16-four-of-five-will-do',
    { only: ['fan-in-with-one-missing'], caught_by: ['FANIN-003'] },
    'The fan-in does not wait for the last of the five.',
    'orchestration/decide.ts',
    'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
    'if (level.waits_for.filter((name) => counts(state, name, orchestrator)).length < level.waits_for.length - (level.level === 1 ? 1 : 0)) continue;',
  ),
  fault(
    'D17-level-3-looked-at-with-level-2-only',
    { only: ['cascade-out-of-order'], caught_by: ['CASC-002'] },
    'Level 3 is looked at when level 2 completes and never again, so that a late level 1 leaves it waiting.',
    'orchestration/decide.ts',
    'if (!level.waits_for.every((name) => counts(state, name, orchestrator))) continue;',
    "if (!level.waits_for.every((name) => counts(state, name, orchestrator)) || (level.level === 3 && event.processor !== 'player_composite_factors')) continue;",
  ),
  {
    id: 'D18-duplicate-triggers-a-level-again',
    fault: 'A redelivered completion makes a second trigger of its level.',
    patches: TRIGGERED_AGAIN,
    only: ['duplicates-to-phase4-orchestrator'],
    caught_by: ['CASC-003'],
  },
  fault(
    'D19-trigger-names-another-level',
    { only: ['cascade-in-order'], caught_by: ['CASC-004'] },
    'A trigger names processors that belong to another level.',
    'orchestration/trigger.ts',
    'processors: level.runs,',
    "processors: [...level.runs, 'ml_feature_store_v2'],",
  ),
  fault(
    'D20-cascade-key-without-the-date',
    'CASC-008',
    "The state of the cascade is kept without the date: yesterday's level 1 starts today's level 2.",
    'orchestration/state.ts',
    'game_date: string, run: number): string {',
    'date: string, run: number): string {\n  const game_date = date.slice(0, 4);',
  ),
];
