import type { RequirementId } from '../../../generated/requirements.ts';
import { fault, type Mutant } from '../mutant.ts';

/** Receivers that take what they must refuse, or refuse what they must take. */
export const REFUSALS: readonly Mutant[] = [
  blind('R11-missing-fields-taken', 'A field that is missing is not missed.', "got !== 'nothing'", 'MSG-011'),
  blind('R12-nulls-taken', 'A null passes where a value must be.', "got !== 'null'", 'MSG-012'),
  blind(
    'R13-numbers-as-names',
    'A field of the wrong type is never looked at.',
    "field !== 'output_table'",
    'MSG-013',
  ),
  blind('R14-negative-counts', 'Counts are not looked at.', "!field.startsWith('record')", 'MSG-014'),
  blind('R15-local-times', 'Any text passes for a time.', "field !== 'timestamp'", 'MSG-015'),
  blind('R16-negative-durations', 'Durations may be negative.', "field !== 'duration_seconds'", 'MSG-016'),
  blind('R17-any-status', 'A status that nobody knows is taken.', "field !== 'status'", 'MSG-017'),
  blind(
    'R18-failed-without-error',
    'A run may fail without saying why.',
    "!field.startsWith('error_')",
    'MSG-018',
  ),
  blind(
    'R19-partial-without-failures',
    'A partial run need not say what failed.',
    "field !== 'records_failed'",
    'MSG-019',
  ),
  blind('R20-no-data-with-records', 'An empty run may have records.', "field !== 'record_count'", 'MSG-020'),
  blind('R21-run-zero', 'Metadata is taken as it comes.', "!field.startsWith('metadata')", 'MSG-021'),
  {
    ...blind('R22-any-phase', 'The phase of a completion is not looked at.', "field !== 'phase'", 'MSG-022'),
    patches: [
      filtered("field !== 'phase'"),
      {
        file: 'message/receive.ts',
        find: 'requireProcessor(message.phase, message.processor_name, delivery.message_id);',
        replace: "requireProcessor('phase_3_analytics', message.processor_name, delivery.message_id);",
      },
    ],
  },
  blind(
    'R23-any-source',
    'What triggered a run is not looked at.',
    "!field.startsWith('trigger_')",
    'MSG-023',
  ),
  blind(
    'R24-backfill-for-no-reason',
    'A backfill needs no reason.',
    "field !== 'backfill_reason'",
    'MSG-024',
  ),
  {
    ...blind(
      'R25-any-level',
      'A level that does not exist is taken.',
      "field !== 'metadata.level'",
      'MSG-025',
    ),
    only: ['broken-rules-to-phase4-orchestrator'],
  },
  {
    id: 'R30-gives-up-after-bad-messages',
    fault: 'After a handful of invalid messages the instance refuses everything.',
    patches: [
      {
        file: 'http/shell.ts',
        find: '  return async (request) => {\n    try {',
        replace:
          "  let refused = 0;\n  return async (request) => {\n    try {\n      if (refused > 9) throw new Error('too many bad messages');",
      },
      {
        file: 'http/shell.ts',
        find: '    } catch (error) {\n',
        replace: '    } catch (error) {\n      refused += 1;\n',
      },
    ],
    only: ['broken-rules-to-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-010'],
  },
  fault(
    'R31-unknown-attribute-refused',
    { only: ['envelopes-to-phase3-to-phase4-orchestrator'], caught_by: ['ACK-011'] },
    'An attribute that a new subscription adds stops the receiver.',
    'message/decode.ts',
    "attributes: readAttributes(message['attributes']),",
    "attributes: ((all: Readonly<Record<string, string>>) => {\n      if (Object.keys(all).some((name) => !['phase', 'game_date'].includes(name))) throw invalidEnvelope('attributes must be known', all);\n      return all;\n    })(readAttributes(message['attributes'])),",
  ),
  fault(
    'R32-envelope-without-subscription-refused',
    { only: ['envelopes-to-phase3-to-phase4-orchestrator'], caught_by: ['ACK-012'] },
    'A hand-made push without a subscription is refused.',
    'message/decode.ts',
    "subscription: typeof envelope['subscription'] === 'string' ? envelope['subscription'] : null,",
    "subscription: ((name: unknown) => {\n      if (typeof name !== 'string') throw invalidEnvelope('subscription must be text', name);\n      return name;\n    })(envelope['subscription']),",
  ),
  {
    id: 'R33-poison-acked-in-the-end',
    fault: 'A message that keeps failing is acked to be rid of it, and no dead letter tells of it.',
    patches: [
      {
        file: 'http/shell.ts',
        find: 'export function answerError(',
        replace: 'let refusals = 0;\n\nexport function answerError(',
      },
      {
        file: 'http/shell.ts',
        find: 'return { status: known.status,',
        replace:
          'refusals += 1;\n  return { status: known.status === 400 && refusals > 3 ? 204 : known.status,',
      },
    ],
    only: ['poison-message-to-phase3-to-phase4-orchestrator'],
    caught_by: ['ACK-013'],
  },
];

/** A receiver that drops every problem of the contract but those that `keeps` keeps. */
function blind(id: string, fault: string, keeps: string, requirement: RequirementId): Mutant {
  return {
    id,
    fault,
    patches: [filtered(keeps)],
    only: [
      `${['MSG-011', 'MSG-012', 'MSG-013'].includes(requirement) ? 'wrong-fields' : 'broken-rules'}-to-phase3-to-phase4-orchestrator`,
    ],
    caught_by: [requirement],
  };
}

function filtered(keeps: string): Mutant['patches'][number] {
  const used = keeps.includes('got') ? 'got' : 'field';
  return {
    file: 'message/receive.ts',
    find: "validate(name, 'receive', delivery.payload);",
    replace: `validate(name, 'receive', delivery.payload).filter(({ ${used} }) => ${keeps});`,
  };
}
