import type { Mutant } from '../mutant.ts';

/** Acks, claims and identities; several of them stand in no list of known faults. */
export const ACKNOWLEDGEMENT: readonly Mutant[] = [
  {
    id: 'A02-malformed-message-acked',
    fault: 'A malformed message is acked and vanishes.',
    patches: [
      {
        file: 'http/shell.ts',
        find: 'return { status: known.status,',
        replace: 'return { status: known.status === 400 ? 204 : known.status,',
      },
    ],
    only: ['invalid-messages-to-phase4-orchestrator'],
    caught_by: ['ACK-002'],
  },
  {
    id: 'A04-answer-before-the-commit',
    fault: 'The push is answered while the state is still being written.',
    patches: [
      {
        file: 'orchestration/service.ts',
        find: 'const { publish, in_flight } = await takeCompletion(publishing, received, received_at);',
        replace:
          'void takeCompletion(publishing, received, received_at).catch(() => {});\n  const { publish, in_flight }: Effect = { publish: [], in_flight: [] };',
      },
    ],
    only: ['uncommitted-state-of-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-001'],
  },
  {
    id: 'E01-empty-run-counts-as-done',
    fault: 'An empty first result counts as already processed when the tables are filled later.',
    patches: [
      {
        file: 'runs/decide.ts',
        find: 'return claim.inputs === request.inputs;',
        replace: 'return true;',
      },
    ],
    only: ['IDEM-007'],
    caught_by: ['IDEM-007'],
  },
  {
    id: 'E03-claim-never-expires',
    fault: 'The claim of an instance that died is never released and blocks every later run.',
    patches: [
      {
        file: 'runs/decide.ts',
        find: 'state.lease_expires_at > request.now',
        replace: "state.lease_expires_at > ''",
      },
    ],
    only: ['IDEM-006'],
    caught_by: ['IDEM-006'],
  },
  {
    id: 'X01-runs-of-a-date-mixed',
    fault: 'A second run of a date is counted together with the first.',
    patches: [
      {
        file: 'orchestration/state.ts',
        find: 'game_date: string, run: number): string {',
        replace: 'game_date: string, any_run: number): string {\n  const run = Math.min(any_run, 1);',
      },
    ],
    only: ['IDEM-004'],
    caught_by: ['IDEM-004'],
  },
  {
    id: 'X02-random-trigger-id',
    fault: 'The trigger has a random id, so that nobody can recognise its repeat.',
    patches: [
      {
        file: 'message/uuid.ts',
        find: 'return v5(name, TRIGGER_IDENTITY.namespace);',
        replace: 'return name === "" ? v5(name, TRIGGER_IDENTITY.namespace) : crypto.randomUUID();',
      },
    ],
    only: ['fan-in-in-any-order'],
    caught_by: ['FANIN-009'],
  },
  {
    id: 'X03-recorded-before-the-publish',
    fault: 'The trigger is recorded as published before the broker has confirmed it.',
    patches: [
      {
        file: 'orchestration/publish.ts',
        find: '      const published = await publishMessage(',
        replace:
          "      await ports.documents.update<CompletionState, null>(path, (state) => decidePublished(state, { entry, now: ports.clock.now().toISOString(), message_id: '0' }));\n      const published = await publishMessage(",
      },
    ],
    only: ['STATE-002', 'fan-in-after-a-refused-publish'],
    caught_by: ['STATE-002', 'FANIN-007'],
  },
  {
    id: 'X04-late-failure-undoes-a-success',
    fault: 'A failed repeat that arrives late takes a success back.',
    patches: [
      {
        file: 'orchestration/decide.ts',
        find: 'if (counts.includes(recorded.status)) return false;',
        replace: '',
      },
    ],
    only: ['FANIN-005'],
    caught_by: ['FANIN-005'],
  },
  {
    id: 'A05-invalid-answered-422',
    fault: 'An invalid delivery is answered with a status of its own, and the alert on 400 never fires.',
    patches: [
      {
        file: 'http/shell.ts',
        find: 'return { status: known.status,',
        replace: 'return { status: known.status === 400 ? 422 : known.status,',
      },
    ],
    only: ['invalid-messages-to-phase4-orchestrator'],
    caught_by: ['ACK-007'],
  },
  {
    id: 'A06-only-push-envelopes',
    fault: 'A CloudEvent in structured mode is not understood.',
    patches: [
      {
        file: 'message/decode.ts',
        find: "startsWith('application/cloudevents+json');",
        replace: "startsWith('application/cloudevents-batch+json');",
      },
    ],
    only: ['every-delivery-form-to-phase4-orchestrator'],
    caught_by: ['ACK-008'],
  },
  {
    id: 'A07-repeat-under-a-new-id',
    fault: 'A publish whose outcome is unknown is repeated under a new execution_id.',
    patches: [
      { file: 'google/broker.ts', find: 'retryCodes: RETRIED,', replace: 'retryCodes: [],' },
      {
        file: 'orchestration/publish.ts',
        find: 'await publishMessage(ports, orchestrator.triggers, message);',
        replace:
          'await publishMessage(ports, orchestrator.triggers, { ...message, execution_id: crypto.randomUUID() });',
      },
    ],
    only: ['lost-publish-answer-of-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-009'],
  },
  {
    id: 'A08-outage-answered-400',
    fault: 'A broker that fails is answered as an invalid message would be, and nobody looks at the broker.',
    patches: [
      {
        file: 'http/shell.ts',
        find: 'return { status: known.status,',
        replace: 'return { status: known.status === 503 ? 400 : known.status,',
      },
    ],
    only: ['refused-publish-of-phase4-orchestrator'],
    caught_by: ['ACK-014'],
  },
];
