import { STATE } from '../../../generated/topology.ts';
import type { DateRange, Target } from '../../targets/description.ts';
import type { Naming } from '../../targets/naming.ts';

/**
 * One step down a path of documents: which documents of a collection belong to a date.
 * `dated`: those whose id contains one. `field`: those whose field `game_date` is one. `every`: all, to look below them.
 * `one`: the document of that name, to look below it.
 */
export interface PathStep {
  readonly collection: string;
  readonly documents:
    | { readonly kind: 'dated' | 'field' | 'every' }
    | { readonly kind: 'one'; readonly id: string };
}

/** List where a target may keep documents of a date: the contract's paths, the seeds', and those that its file adds. */
export function documentPaths(target: Target, naming: Naming): readonly string[] {
  const seeds = Object.values(target.seeds).flatMap((documents) => documents.map(({ path }) => path));
  const state = Object.values(STATE).map(({ path }) => path);
  const all = [...state, ...seeds].map((path) => naming.actualPath(path));
  return [...new Set([...all, ...target.project.documents])];
}

/** Read a path with placeholders as steps; it ends at the first document that belongs to a date, which goes with all below it. */
export function stepsOf(path: string): readonly PathStep[] {
  const parts = path.split('/');
  const steps: PathStep[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [collection = '', id = ''] = parts.slice(at);
    const is_last = at + 2 >= parts.length;
    steps.push({ collection, documents: documentsOf(id, is_last) });
    if (steps.at(-1)?.documents.kind === 'dated') break;
  }
  return steps;
}

function documentsOf(id: string, is_last: boolean): PathStep['documents'] {
  if (id.includes('{game_date}') || id === '{key}') return { kind: 'dated' };
  if (is_last) return { kind: 'field' };
  return id.includes('{') ? { kind: 'every' } : { kind: 'one', id };
}

/** Make what tells whether a text names a day of a range, such as a document's id, however it is encoded. */
export function namesDayOf(ranges: readonly DateRange[]): (text: string) => boolean {
  return (text) =>
    (text.match(/\d{4}-\d{2}-\d{2}/g) ?? []).some((date) =>
      ranges.some(({ from, to }) => date >= from && date <= to),
    );
}
