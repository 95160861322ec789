import { fault, type Mutant, type Patch } from '../../mutant.ts';

/** State is written back without looking whether somebody wrote in between. */
export const CHECK_THEN_ACT: readonly Patch[] = [
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
];

/** A claim is taken for live whatever the time. */
const CLAIM_STANDS: Patch = {
  file: 'orchestration/decide.ts',
  find: 'return byTime(claim_expires_at, asker.now) > 0;',
  replace: 'return true;',
};

/** A trigger that was claimed before gets another id. */
const NEW_ID: readonly Patch[] = [
  {
    file: 'orchestration/decide.ts',
    find: '      publish.push({ entry, message });\n    }\n  }',
    replace:
      '      publish.push({ entry, message: claimed_by_other(trigger) ? { ...message, execution_id: asker.claimant } : message });\n    }\n  }',
  },
  {
    file: 'orchestration/decide.ts',
    find: 'function claim(trigger: TriggerRecord',
    replace:
      'function claimed_by_other({ claimed_by }: TriggerRecord): boolean {\n  return claimed_by !== null;\n}\n\nfunction claim(trigger: TriggerRecord',
  },
];

/** A run that has lost its lease ends as if it held it. */
const LEASE_LOST_IGNORED: readonly Patch[] = [
  {
    file: 'runs/decide.ts',
    find: "if (state === undefined || state.held_by !== request.holder) return [state, { kind: 'lost' }];\n  if (state.state === 'finished')",
    replace:
      "if (state === undefined) return [state, { kind: 'lost' }];\n  if (state.state === 'finished' && state.held_by === request.holder)",
  },
];

/** Nobody waits for whoever is publishing for a batch. */
const BATCH_CLAIM_IGNORED: Patch = {
  file: 'predictions/batch/claim.ts',
  find: 'return batch.claim_expires_at > at.now && !at.abandoned.has(batch.claimed_by);',
  replace: 'return false;',
};

/** Nobody waits for a run that is under way. */
const RUN_CLAIM_IGNORED: Patch = {
  file: 'runs/decide.ts',
  find: 'state.held_by !== null && state.lease_expires_at > request.now && !request.abandoned.has(state.held_by)',
  replace: 'false',
};

/** The record of the publish is written before the publish. */
const RECORDED_FIRST: readonly Patch[] = [
  {
    file: 'orchestration/publish.ts',
    find: '      const published = await publishMessage(',
    replace:
      "      await ports.documents.update<CompletionState, null>(path, (state) => decidePublished(state, { entry, now: ports.clock.now().toISOString(), message_id: '0' }));\n      const published = await publishMessage(",
  },
];

/** Faults that show only when single calls of concurrent deliveries come in a certain order, or one of them goes wrong. */
export const INTERLEAVINGS: readonly Mutant[] = [
  {
    id: 'I01-check-then-act',
    fault: 'Each completion is read, added and written back; of two that overlap one is forgotten.',
    patches: CHECK_THEN_ACT,
    only: ['every-order-of-the-last-two-completions'],
    caught_by: ['FANIN-006'],
  },
  {
    id: 'I02-recorded-before-it-is-confirmed',
    fault:
      'The trigger is recorded as published before the broker has confirmed it, and a publish that fails is never repeated.',
    patches: RECORDED_FIRST,
    only: ['faults-between-the-last-two-completions'],
    caught_by: ['FANIN-007', 'FANIN-006'],
  },
  fault(
    'I03-claim-ignored',
    { only: ['every-order-of-the-last-two-completions'], caught_by: ['FANIN-011'] },
    'A completion that comes while the trigger is being published publishes it too.',
    'orchestration/decide.ts',
    'return byTime(claim_expires_at, asker.now) > 0;',
    'return false;',
  ),
  fault(
    'I04-unknown-outcome-acked',
    { only: ['outages-between-the-last-two-completions'], caught_by: ['FANIN-006', 'FANIN-007'] },
    'A commit whose answer never came is taken for done, and the completion is acked without its trigger.',
    'orchestration/service.ts',
    'claimTriggers(publishing, path, claimant, decide, claimedMessages);',
    'claimTriggers(publishing, path, claimant, decide, claimedMessages).catch(() => ({ publish: [], in_flight: [] }));',
  ),
  {
    id: 'I05-check-then-act-in-the-cascade',
    fault: 'Of two completions that overlap one is forgotten, and a level never starts.',
    patches: CHECK_THEN_ACT,
    only: ['every-order-at-the-edge-of-level-3'],
    caught_by: ['CASC-005'],
  },
  {
    id: 'I06-atomic-in-one-process-only',
    fault:
      'Completions take turns within a process, and are written back without looking whether another process wrote in between.',
    patches: CHECK_THEN_ACT.slice(0, 1),
    only: ['every-interleaving-of-the-last-two-completions'],
    caught_by: ['FANIN-006'],
  },
  fault(
    'I07-timed-out-write-taken-for-done',
    { only: ['outages-between-the-last-two-completions'], caught_by: ['FANIN-006', 'FANIN-007'] },
    'A write that the store did not do within the time is taken for done, and the completion is acked.',
    'google/firestore/store-call.ts',
    'const reason = error instanceof Error ? error.message : String(error);',
    'if (code === 4) return [] as Result;\n    const reason = error instanceof Error ? error.message : String(error);',
  ),
  {
    id: 'I08-claim-never-expires',
    fault: 'The claim of an instance that is gone stands for ever, and the trigger is never sent.',
    patches: [CLAIM_STANDS],
    only: ['instances-that-die-at-the-last-two-completions'],
    caught_by: ['FANIN-013'],
  },
  {
    id: 'I09-taken-over-under-a-new-id',
    fault:
      'Whoever takes over an expired claim gives the trigger an id of his own; the sleeper that wakes later sends the old one.',
    patches: NEW_ID,
    only: ['instances-that-vanish-at-the-last-two-completions'],
    caught_by: ['FANIN-006'],
  },
  {
    id: 'I10-recorded-before-a-crash',
    fault:
      'The trigger is recorded as published before it is; the instance dies between, and every redelivery is a duplicate.',
    patches: RECORDED_FIRST,
    only: ['instances-that-die-at-the-last-two-completions'],
    caught_by: ['FANIN-013'],
  },
  {
    id: 'I11-level-taken-over-under-a-new-id',
    fault: "Whoever takes over the expired claim of a level's trigger gives it an id of his own.",
    patches: NEW_ID,
    only: ['instances-that-vanish-at-the-edge-of-level-3'],
    caught_by: ['CASC-005'],
  },
  {
    id: 'I12-cascade-atomic-in-one-process-only',
    fault:
      'Completions of a level take turns within a process, and are written back without looking whether another process wrote.',
    patches: CHECK_THEN_ACT.slice(0, 1),
    only: ['every-interleaving-at-the-edge-of-level-2'],
    caught_by: ['CASC-005'],
  },
  {
    id: 'I13-batch-claim-ignored',
    fault: 'A start that comes while another is publishing publishes the same requests too.',
    patches: [BATCH_CLAIM_IGNORED],
    only: ['every-order-of-trigger-and-backup-start'],
    caught_by: ['COORD-032'],
  },
  {
    id: 'I14-end-claim-ignored',
    fault: 'The last two results both see nobody open and both announce the end.',
    patches: [BATCH_CLAIM_IGNORED],
    only: ['every-order-of-the-last-two-results'],
    caught_by: ['COORD-032'],
  },
  {
    id: 'I15-finished-under-a-lost-lease',
    fault: 'A run that slept past its lease ends all the same, over the run that took its work over.',
    patches: LEASE_LOST_IGNORED,
    only: ['instances-that-sleep-over-a-prediction'],
    caught_by: ['IDEM-006'],
  },
  {
    id: 'I16-prediction-claim-ignored',
    fault: 'A request that is delivered twice at the same time is predicted twice.',
    patches: [RUN_CLAIM_IGNORED, ...LEASE_LOST_IGNORED],
    only: ['every-order-of-a-prediction-asked-twice'],
    caught_by: ['ACK-004'],
  },
  {
    id: 'I17-level-claim-ignored',
    fault: 'A trigger that is delivered twice at the same time runs its processor twice.',
    patches: [RUN_CLAIM_IGNORED, ...LEASE_LOST_IGNORED],
    only: ['every-order-of-a-level-triggered-twice'],
    caught_by: ['IDEM-003'],
  },
];
