import { type JsonObject, membersOf } from '../json.ts';
import type { Block } from './block.ts';
import { inLines } from './yaml.ts';

/** A requirement that has no number yet. */
export interface NewRequirement {
  readonly area: string;
  readonly level: string;
  readonly profile: string;
  readonly since: string;
  readonly sentence: string;
  readonly source: string;
}

/** Give the next free id of an area, such as FANIN-019. */
export function nextId(document: JsonObject, area: string): string {
  const numbers = idsOf(document, area).map((id) => Number(id.slice(area.length + 1)));
  return `${area}-${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
}

/** Write a requirement behind the last one of its area. */
export function requirementBlock(document: JsonObject, { area, ...asked }: NewRequirement): Block {
  const after = idsOf(document, area).at(-1);
  return {
    kind: 'entry',
    under: ['x-requirements'],
    text: inLines(nextId(document, area), { ...asked }),
    ...(after === undefined ? {} : { after }),
  };
}

function idsOf(document: JsonObject, area: string): readonly string[] {
  return membersOf(document['x-requirements'])
    .map(([id]) => id)
    .filter((id) => id.startsWith(`${area}-`));
}
