import type { JsonObject } from '../../contract/json.ts';
import { isObject, membersOf, stringsOf } from '../../contract/json.ts';
import { constant, unionOf } from './print.ts';

/** Write the processors of every phase, the types of their canonical names, and the reading of aliases. */
export function registryModule(document: JsonObject): string {
  const processors = isObject(document['x-processors']) ? document['x-processors'] : {};
  const phases = membersOf(processors);
  return [
    constant(
      'PROCESSORS',
      'Give each phase its processors by canonical name, with aliases, output and inputs.',
      processors,
    ),
    `/** Name a phase that has processors. */\nexport type ProcessorPhase = ${unionOf(phases.map(([phase]) => phase))};\n`,
    ...phases.map(([phase, members]) => {
      const names = membersOf(members).map(([name]) => name);
      return `/** Name a processor of ${phase}. */\nexport type ${typeName(phase)} = ${unionOf(names)};\n`;
    }),
    constant(
      'CANONICAL_NAMES',
      'Lead from every canonical name and alias of a phase to the canonical name.',
      canonicalNames(processors),
    ),
    LOOKUP,
  ].join('\n');
}

function typeName(phase: string): string {
  const number = /^phase_(\d+)/.exec(phase)?.[1];
  return number === undefined
    ? `${phase.replaceAll(/(^|_)(\w)/g, (_all, _gap, letter: string) => letter.toUpperCase())}Processor`
    : `Phase${number}Processor`;
}

function canonicalNames(processors: JsonObject): JsonObject {
  return Object.fromEntries(
    membersOf(processors).map(([phase, members]) => [
      phase,
      Object.fromEntries(
        membersOf(members).flatMap(([name, processor]) => {
          const aliases = isObject(processor) ? stringsOf(processor['aliases']) : [];
          return [name, ...aliases].map((spelling) => [spelling, name]);
        }),
      ),
    ]),
  );
}

const LOOKUP = `/** Name the processor that Phase 5 waits for: the one whose table its coordinator requires. */
export const FEATURE_STORE = PROCESSORS.phase_5_predictions.prediction_coordinator.requires[0];

const LOOKUP: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(CANONICAL_NAMES).map(([phase, names]) => [phase, new Map(Object.entries(names))]),
);

/**
 * Give the canonical name of a processor of one phase.
 *
 * @param name  a canonical name or a listed alias, spelled exactly.
 * @returns     undefined when the phase has no processor of that name.
 */
export function canonicalProcessorName(phase: string, name: string): string | undefined {
  return LOOKUP.get(phase)?.get(name);
}
`;
