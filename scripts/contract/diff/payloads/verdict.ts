import { type Finding, findingText } from '../inclusion/finding.ts';
import type { Change, Search } from '../model/change.ts';
import type { UsePair } from './compare.ts';

/** What came of one place in one meeting of old and new. */
export interface Meeting {
  readonly pair: UsePair;
  readonly search: Search;
  readonly findings: readonly Finding[];
  /** False when the other changes of the contract make up for it. */
  readonly stands: boolean;
}

/** What is said of one change. */
type Judged = Pick<Change, 'verdict' | 'reason' | 'how' | 'known'>;

/**
 * Say what the meetings of old and new amount to.
 *
 * @param first   meetings in which old writers are refused.
 * @param second  meetings in which new writers are refused.
 * @param all     every meeting of the change; at least one.
 */
export function verdictOf(
  first: readonly Meeting[],
  second: readonly Meeting[],
  all: readonly Meeting[],
): Judged {
  const undecided = [...first, ...second].filter(
    ({ search }) => search.expected === 'unknown' && search.found === null,
  );
  const certain = (list: readonly Meeting[]) => list.filter((meeting) => !undecided.includes(meeting));
  const [old_refused, new_refused] = [certain(first), certain(second)];
  if (old_refused.length > 0) return oldRefused(old_refused, new_refused.length > 0);
  if (undecided.length > 0) {
    const texts = findingTexts(undecided);
    return {
      verdict: 'breaking',
      known: false,
      reason: `No rule decides this, and a search found no message: ${texts}.`,
      how: 'Look at both forms. If every old message keeps the new one, allow the change by a line in the changelog.',
    };
  }
  if (new_refused.length > 0) return newRefused(new_refused);
  const tried = all.reduce((sum, { search }) => sum + search.tried, 0);
  return {
    verdict: 'compatible',
    known: true,
    reason: `Old and new take each other's messages; ${tried} were tried in both directions.`,
    how: null,
  };
}

/** Messages that are under way, kept for a replay or dead letters cannot be taken back. */
function oldRefused(meetings: readonly Meeting[], both: boolean): Judged {
  const open = meetings.every(
    ({ findings }) => findings.length > 0 && findings.every((finding) => finding.open),
  );
  const writers = namesOf(meetings, 'writers');
  const readers = namesOf(meetings, 'readers');
  const texts = findingTexts(meetings);
  if (open && !both) {
    return {
      verdict: 'needs an order',
      known: true,
      reason: `The object is open, so ${writers} may use the name for something else already, and ${newOnes(readers)} ${say(readers, 'refuse')} that: ${texts}.`,
      how: `Make sure that ${writers} never wrote the field with another meaning. Then deploy the receivers, then the senders.`,
    };
  }
  const back = both ? ' And the other way round: what new senders send, receivers of today refuse.' : '';
  return {
    verdict: 'breaking',
    known: true,
    reason: `What ${writers} ${say(writers, 'send')} today, and what is under way, ${newOnes(readers)} ${say(readers, 'refuse')}: ${texts}.${back}`,
    how: 'Go by way of a form that both sides take: `npx contract diff --plan` writes the steps.',
  };
}

function newRefused(meetings: readonly Meeting[]): Judged {
  const writers = namesOf(meetings, 'writers');
  const readers = namesOf(meetings, 'readers');
  const reading = new Set(meetings.flatMap(({ pair }) => pair.fresh.readers.map((party) => party.component)));
  const is_mixed = meetings.some(({ pair }) =>
    pair.fresh.writers.some((party) => reading.has(party.component)),
  );
  const receivers_first = is_mixed
    ? 'Let every receiver take the new form first, while all still send the old one; when no instance of the old receivers is left, send the new form. `--plan` writes the steps.'
    : `Deploy ${readers} first. When no instance of the old one is left, deploy ${writers}.`;
  return {
    verdict: 'needs an order',
    known: true,
    reason: `What ${newOnes(writers)} ${say(writers, 'send')}, ${readers} of today ${say(readers, 'refuse')}: ${findingTexts(meetings)}.`,
    how: receivers_first,
  };
}

function findingTexts(meetings: readonly Meeting[]): string {
  const texts = [
    ...new Set(
      meetings.flatMap(({ findings, search }) =>
        search.expected === 'refused' || search.found === null
          ? findings.map(findingText)
          : search.found.problems,
      ),
    ),
  ];
  return texts.slice(0, 3).join('; ') + (texts.length > 3 ? `; and ${texts.length - 3} more` : '');
}

function isMany(names: string): boolean {
  return names.includes(', ') || names.includes(' and ');
}

function newOnes(names: string): string {
  return isMany(names) ? `new ${names}` : `a new ${names}`;
}

function say(names: string, verb: string): string {
  return isMany(names) ? verb : `${verb}s`;
}

function namesOf(meetings: readonly Meeting[], side: 'writers' | 'readers'): string {
  const names = [
    ...new Set(meetings.flatMap(({ pair }) => pair.fresh[side].map((party) => party.component))),
  ];
  return names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`
    : names.join(', ') || 'nobody';
}
