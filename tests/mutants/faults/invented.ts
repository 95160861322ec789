import type { Mutant } from '../mutant.ts';

/** Faults that show only with messages or plans of faults that nobody wrote down. */
export const INVENTED: readonly Mutant[] = [
  {
    id: 'G01-false-passes-for-nothing-wrong',
    fault: 'A field that holds false is taken for one that is in order, whatever the field.',
    patches: [
      {
        file: 'message/receive.ts',
        find: "validate(name, 'receive', delivery.payload);",
        replace: "validate(name, 'receive', delivery.payload).filter(({ got }) => got !== 'false');",
      },
    ],
    only: ['invented-messages-to-phase3-to-phase4-orchestrator'],
    caught_by: ['MSG-013'],
  },
  {
    id: 'G02-table-names-of-letters-only',
    fault: 'A table whose name holds anything but letters, digits and underscores is called invalid.',
    patches: [
      {
        file: 'message/receive.ts',
        find: '  if (problems.length === 0) return;',
        replace:
          "  const { output_table } = delivery.payload as { readonly output_table?: unknown };\n  if (problems.length === 0 && /^\\w*$/.test(String(output_table ?? ''))) return;",
      },
    ],
    only: ['invented-messages-to-phase4-orchestrator'],
    caught_by: ['ACK-010'],
  },
  {
    id: 'G03-second-refusal-is-final',
    fault: 'A trigger whose publish is refused is tried once more, and then recorded as published.',
    patches: [
      {
        file: 'orchestration/publish.ts',
        find: '      const published = await publishMessage(ports, orchestrator.triggers, message);',
        replace:
          "      const send = () => publishMessage(ports, orchestrator.triggers, message);\n      const published = await send().catch(send).catch(() => ({ outcome: 'published', message_id: '0' }) as const);",
      },
    ],
    only: ['fault-plans-against-phase3-to-phase4-orchestrator'],
    caught_by: ['FANIN-007'],
  },
];
