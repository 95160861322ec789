import type { Mutant } from '../../mutant.ts';

/** Work that is done, or decided, and that nobody downstream ever hears of. */
export const LOST_TRIGGERS: readonly Mutant[] = [
  {
    id: 'L01-publish-error-swallowed',
    fault: 'The trigger is recorded as sent although the broker refused it, and the completion is acked.',
    patches: [
      {
        file: 'orchestration/publish.ts',
        find: 'await publishMessage(ports, orchestrator.triggers, message);',
        replace:
          "await publishMessage(ports, orchestrator.triggers, message).catch(() => ({ outcome: 'skipped' }) as const);",
      },
    ],
    only: ['refused-publish-of-phase3-to-phase4-orchestrator', 'fan-in-after-a-refused-publish'],
    caught_by: ['ACK-005', 'FANIN-007'],
  },
  {
    id: 'L02-pending-looks-like-a-duplicate',
    fault: 'Only the delivery that completed the set may publish; every redelivery is taken for a duplicate.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: "if (trigger === undefined || trigger.status === 'published') continue;",
        replace:
          "if (trigger === undefined || trigger.status === 'published' || trigger.decided_at !== asker.now) continue;",
      },
    ],
    only: ['FANIN-007', 'FANIN-013'],
    caught_by: ['FANIN-007', 'FANIN-013'],
  },
  {
    id: 'L03-no-message-id-counts-as-sent',
    fault: 'The publish helper returns nothing on failure and its caller records success.',
    patches: [
      {
        file: 'message/publisher.ts',
        find: 'const message_id = await ports.broker.publish(topic, message, attributes);',
        replace: "const message_id = await ports.broker.publish(topic, message, attributes).catch(() => '');",
      },
    ],
    only: ['refused-publish-of-phase4-orchestrator'],
    caught_by: ['ACK-005'],
  },
  {
    id: 'L04-exception-answered-200',
    fault: 'Exceptions are caught so as not to crash, and the push is answered 200.',
    patches: [
      { file: 'http/shell.ts', find: 'return { status: known.status,', replace: 'return { status: 200,' },
    ],
    only: ['refused-commit-of-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-006'],
  },
  {
    id: 'L05-stored-before-the-decision',
    fault: 'A second writer stores the completion first, so that the decision sees only duplicates.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'return claimPublishes(addDueTriggers(recorded, event, orchestrator), event, orchestrator);',
        replace:
          'const stored = recordCompletion(recorded, event, orchestrator);\n  if (stored === recorded) return [recorded, { publish: [], in_flight: [] }];\n  return claimPublishes(addDueTriggers(recorded, event, orchestrator), event, orchestrator);',
      },
    ],
    only: ['fan-in-in-any-order'],
    caught_by: ['FANIN-001'],
  },
  {
    id: 'L07-sweep-sends-nothing',
    fault: 'The sweep looks at what is pending and sends none of it.',
    patches: [
      { file: 'orchestration/sweep.ts', find: 'if (due.length === 0) continue;', replace: 'continue;' },
    ],
    only: ['FANIN-012'],
    caught_by: ['FANIN-012'],
  },
  {
    id: 'L08-topic-that-nobody-reads',
    fault: 'Raw completions go to a topic without a subscriber; the publish succeeds.',
    patches: [
      {
        file: 'message/publisher.ts',
        find: 'await ports.broker.publish(topic, message, attributes);',
        replace:
          "await ports.broker.publish(topic.replace('raw-complete', 'raw-complete-dlq'), message, attributes);",
      },
    ],
    only: ['what-travels-on-from-phase2-raw'],
    caught_by: ['TOPO-001', 'MSG-009'],
  },
  {
    id: 'L10-publish-call-dropped',
    fault: 'A refactoring drops the publish call; the phase works and says nothing.',
    patches: [
      {
        file: 'runs/execute.ts',
        find: 'await publishMessage(ports, entry.topic, entry.message);',
        replace: '',
      },
    ],
    only: ['duplicates-to-phase2-raw'],
    caught_by: ['IDEM-001'],
  },
  {
    id: 'L11-empty-run-is-silent',
    fault: 'A run without rows publishes nothing, and downstream waits for ever.',
    patches: [
      {
        file: 'runs/processor-run.ts',
        find: 'messages: task.topics.map(',
        replace: "messages: (status === 'no_data' ? [] : task.topics).map(",
      },
    ],
    only: ['LIVE-002'],
    caught_by: ['LIVE-002'],
  },
  {
    id: 'L12-third-publish-forgotten',
    fault: 'Three processors run for one trigger, the third fails to publish, and the trigger is acked.',
    patches: [
      {
        file: 'runs/run-each.ts',
        find: 'if (errors.length > 0) throw errors.find((error) => !isHeld(error)) ?? errors[0];',
        replace: 'void isHeld;',
      },
    ],
    only: ['refused-third-publish-of-phase4-precompute'],
    caught_by: ['ACK-005'],
  },
  {
    id: 'L13-later-success-ignored',
    fault: 'A processor fails first and its later success is ignored as a duplicate.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (counts.includes(incoming.status)) return true;',
        replace: 'if (counts.includes(incoming.status)) return false;',
      },
    ],
    only: ['FANIN-004'],
    caught_by: ['FANIN-004'],
  },
  {
    id: 'L14-cascade-sweep-sends-nothing',
    fault: 'The sweep of the cascade looks at what is pending and sends none of it.',
    patches: [
      { file: 'orchestration/sweep.ts', find: 'if (due.length === 0) continue;', replace: 'continue;' },
    ],
    only: ['CASC-006'],
    caught_by: ['CASC-006'],
  },
  {
    id: 'L15-dead-instance-takes-its-level-along',
    fault: 'A level whose instance died before the publish looks like a duplicate to everybody.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: "if (trigger === undefined || trigger.status === 'published') continue;",
        replace:
          "if (trigger === undefined || trigger.status === 'published' || trigger.decided_at !== asker.now) continue;",
      },
    ],
    only: ['CASC-007'],
    caught_by: ['CASC-007'],
  },
  {
    id: 'L16-feature-store-does-not-tell-phase-5',
    fault: 'The feature store announces itself to the cascade alone, and Phase 5 never hears of it.',
    patches: [
      {
        file: 'precompute/precompute.ts',
        find: 'topics: isFeatureStore ? [OWN, PHASE_5] : [OWN],',
        replace: 'topics: [OWN],',
      },
    ],
    only: ['one-date-through-all-phases'],
    caught_by: ['TOPO-002'],
  },
  {
    id: 'L17-nobody-announces-the-end',
    fault: 'Every player is predicted, and nobody says that the batch has ended.',
    patches: [
      {
        file: 'predictions/rounds/end-round.ts',
        find: 'if (seen === undefined || !owesAnnouncement(seen)) return',
        replace: 'if (seen === undefined || owesAnnouncement(seen)) return',
      },
    ],
    only: ['one-date-through-all-phases'],
    caught_by: ['LIVE-001'],
  },
  {
    id: 'L18-failure-for-good-is-repeated',
    fault: 'A run that can never succeed is nacked for ever, and nobody downstream hears that it failed.',
    patches: [
      {
        file: 'runs/processor-run.ts',
        find: 'if (!(error instanceof PipelineError) || error.retryable) throw error;',
        replace: 'if (!(error instanceof PipelineError) || error.code !== undefined) throw error;',
      },
    ],
    only: ['LIVE-004'],
    caught_by: ['LIVE-004'],
  },
];
