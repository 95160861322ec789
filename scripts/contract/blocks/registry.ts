import { at, entriesOf, type JsonObject, membersOf, stringsOf } from '../json.ts';
import type { Block } from './block.ts';
import { inLine } from './yaml.ts';

/** A processor as the registry has it. */
export interface Processor {
  readonly phase: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dataset: string;
  readonly table: string;
  readonly requires: readonly string[];
  readonly level: number | null;
}

/** Write a processor, and its name in every list of the cascade and the fan-in that it belongs to. */
export function processorBlocks(document: JsonObject, processor: Processor): readonly Block[] {
  const { phase, name, ...facts } = processor;
  return [
    { kind: 'entry', under: ['x-processors', phase], text: `${name}: ${inLine({ ...facts })}\n` },
    ...levelsOf(document).flatMap(({ path, number, waits_for }): readonly Block[] => {
      const peers = membersOf(at(document, 'x-processors', phase));
      const runs = processor.level === number;
      const waits =
        processor.level === null
          ? waits_for.some((other) => peers.some(([peer]) => peer === other))
          : number > processor.level;
      return [
        ...(runs ? [{ kind: 'item', list: [...path, 'runs'], value: name } as const] : []),
        ...(waits ? [{ kind: 'item', list: [...path, 'waits_for'], value: name } as const] : []),
      ];
    }),
  ];
}

function levelsOf(document: JsonObject) {
  return membersOf(document['x-orchestrators']).flatMap(([orchestrator, facts]) =>
    entriesOf(at(facts, 'levels')).map((level, index) => ({
      path: ['x-orchestrators', orchestrator, 'levels', index] as const,
      number: Number(at(level, 'level')),
      waits_for: stringsOf(at(level, 'waits_for')),
    })),
  );
}

/** Write the settings under which a component is deployed, to begin with. */
export function deployedComponentBlock(component: string): Block {
  const settings = {
    service_account: component.slice(0, 30),
    concurrency: 10,
    timeout_seconds: 600,
    min_instances: 0,
    max_instances: 10,
    memory_mebibytes: 512,
    cpu: 1,
  };
  return {
    kind: 'entry',
    under: ['x-deployment', 'components'],
    text: `${component}: ${inLine(settings)}\n`,
  };
}
