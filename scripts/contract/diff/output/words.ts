import type { Comparison } from '../compare.ts';
import { type Change, type Counterexample, type Party, VERDICTS, type Verdict } from '../model/change.ts';

/** Say how many changes have each verdict, such as `1 breaking, 2 compatible`. */
export function countText(changes: readonly Change[]): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = changes.filter((change) => change.verdict === verdict).length;
    return count > 0 ? [`${count} ${VERDICT_WORDS[verdict]}`] : [];
  });
  return counts.join(', ') || 'no change';
}

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  breaking: 'breaking',
  'needs an order': 'in need of an order',
  compatible: 'compatible',
  documentation: 'of documentation alone',
};

/** Name who is affected, such as `sender phase2-raw; receiver phase3-analytics`. */
export function partiesText(parties: readonly Party[]): string {
  const roles = [...new Set(parties.map((party) => party.role))];
  return (
    roles
      .map(
        (role) =>
          `${role} ${parties
            .filter((party) => party.role === role)
            .map((party) => party.component)
            .join(', ')}`,
      )
      .join('; ') || 'nobody'
  );
}

/** Give the line of a change: in the new contract, or in the old one when nothing stands there any more. */
export function lineText({ old, fresh }: Comparison, change: Change): string {
  const place = change.path.map((step) => step.replace(/^own$/, '1'));
  const is_there = reaches(fresh, place);
  const contract = is_there ? fresh : old;
  return `${contract.file}:${contract.lineOf(place)}`;
}

function reaches({ document }: Comparison['fresh'], path: readonly string[]): boolean {
  let here: unknown = document;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !(step in here)) return Array.isArray(here);
    here = Object.entries(here).find(([key]) => key === step)?.[1];
  }
  return true;
}

/** Give the messages that show a change, one for each direction; the shortest ones. */
export function shownMessages({
  searches,
}: Change): readonly { readonly title: string; readonly shown: Counterexample }[] {
  const found = searches.flatMap(({ subject, direction, found: shown }) =>
    shown === null ? [] : [{ subject, direction, shown }],
  );
  const directions = [...new Set(found.map((one) => one.direction))];
  return directions.flatMap((direction) => {
    const own = found.filter((one) => one.direction === direction);
    const [first] = own.sort(
      (one, other) => rank(one.subject) - rank(other.subject) || size(one.shown) - size(other.shown),
    );
    return first === undefined ? [] : [{ title: `${first.subject}, ${direction}`, shown: first.shown }];
  });
}

/** A message of a topic says more to its readers than a document or a call. */
function rank(subject: string): number {
  return / on /.test(subject) ? 0 : 1;
}

function size({ message }: Counterexample): number {
  return JSON.stringify(message).length;
}

/** Say how many messages were tried for a change; empty where it is about no payload. */
export function triedText({ searches }: Change): string {
  if (searches.length === 0) return '';
  const tried = searches.reduce((sum, search) => sum + search.tried, 0);
  return `${tried} messages tried in ${searches.length} searches`;
}
