import type { Wire } from '../../rpc/service.ts';
import { documentToWire } from '../handlers/answer.ts';
import { type Change, type DocumentView, isSameVersion, type StoredDocument } from '../store/document.ts';
import { microsToWire } from '../wire/timestamps.ts';
import type { Target } from './target.ts';

/** What a target shows, by path. */
export type Shown = ReadonlyMap<string, StoredDocument>;

/** Lists what a target shows of a view. */
export function shownOf(target: Target, view: DocumentView): Shown {
  return new Map(target.find(view).map((document) => [document.path, document]));
}

/** What a target shows after a commit; the very same map when the commit is none of its business. */
export function afterCommit(
  target: Target,
  shown: Shown,
  changes: readonly Change[],
  view: DocumentView,
): Shown {
  const mayShow = (document: StoredDocument | undefined) => document !== undefined && target.shows(document);
  const touching = changes.filter(({ before, after }) => mayShow(before) || mayShow(after));
  if (touching.length === 0) return shown;
  if (target.cut) return shownOf(target, view);
  const next = new Map(shown);
  for (const { path, after } of touching) {
    if (after !== undefined && target.shows(after)) next.set(path, after);
    else next.delete(path);
  }
  return next;
}

/**
 * Decides what a client is told when what a target shows changes.
 *
 * @param view  the database as it is, which tells a removed document from one that the target shows no more.
 */
export function tellChanges(
  target_id: number,
  target: Target,
  [before, after]: readonly [Shown, Shown],
  view: DocumentView,
  read_micros: bigint,
): readonly Wire[] {
  const messages: Wire[] = [];
  for (const [path, document] of before) {
    if (after.has(path)) continue;
    const current = view.get(path);
    messages.push(
      current === undefined
        ? tellMissing(target_id, document.name, read_micros)
        : {
            documentChange: {
              document: documentToWire(current, target.select),
              removedTargetIds: [target_id],
            },
          },
    );
  }
  for (const [path, document] of after) {
    if (isSameVersion(before.get(path), document)) continue;
    messages.push({
      documentChange: { document: documentToWire(document, target.select), targetIds: [target_id] },
    });
  }
  return messages;
}

/** Tells that a document is not there. */
export function tellMissing(target_id: number, document: string, read_micros: bigint): Wire {
  return { documentDelete: { document, removedTargetIds: [target_id], readTime: microsToWire(read_micros) } };
}
