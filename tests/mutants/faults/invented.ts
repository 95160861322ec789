import { fault, type Mutant } from '../mutant.ts';

/** Faults that show only with messages or plans of faults that nobody wrote down. */
export const INVENTED: readonly Mutant[] = [
  fault(
    'G01-false-passes-for-nothing-wrong',
    { only: ['invented-messages-to-phase3-to-phase4-orchestrator'], caught_by: ['MSG-013'] },
    'A field that holds false is taken for one that is in order, whatever the field.',
    'message/receive.ts',
    "validate(name, 'receive', delivery.payload);",
    "validate(name, 'receive', delivery.payload).filter(({ got }) => got !== 'false');",
  ),
  fault(
    'G02-table-names-of-letters-only',
    { only: ['invented-messages-to-phase4-orchestrator'], caught_by: ['ACK-010'] },
    'A table whose name holds anything but letters, digits and underscores is called invalid.',
    'message/receive.ts',
    '  if (problems.length === 0) return;',
    "  const { output_table } = delivery.payload as { readonly output_table?: unknown };\n  if (problems.length === 0 && /^\\w*$/.test(String(output_table ?? ''))) return;",
  ),
  fault(
    'G03-second-refusal-is-final',
    { only: ['fault-plans-against-phase3-to-phase4-orchestrator'], caught_by: ['FANIN-007'] },
    'A trigger whose publish is refused is tried once more, and then recorded as published.',
    'orchestration/publish.ts',
    '      const published = await publishMessage(ports, orchestrator.triggers, message);',
    "      const send = () => publishMessage(ports, orchestrator.triggers, message);\n      const published = await send().catch(send).catch(() => ({ outcome: 'published', message_id: '0' }) as const);",
  ),
];
