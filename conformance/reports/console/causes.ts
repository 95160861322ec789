import { mendingPath } from '../../contract/program.ts';
import type { CauseResult, RequirementResult, RunResult } from '../result/result.ts';
import type { Colors } from './colors.ts';

/** How many causes are listed in a line each, and how many of them are told with their proof. */
const LISTED_MAX = 16;
const DETAILED_MAX = 8;
/** How many events of the smallest case are shown below a proof. */
const EVENTS_MAX = 5;
/** How many requirements a line of the list names. */
const NAMED_MAX = 3;
/** How many reasons why something was not shown are told. */
const REASONS_MAX = 5;
/** How many requirements are named for a reason. */
const IDS_MAX = 12;

/** Tell what stands before everything, what to mend in a line each, and the first few with their proof. */
export function causeLines({ notices, causes, requirements }: RunResult, colors: Colors): readonly string[] {
  const listed = causes.slice(0, LISTED_MAX);
  const width = Math.max(0, ...listed.map((cause) => titleOf(cause).length));
  return [
    ...notices.flatMap((notice) => ['', colors.yellow(`! ${notice}`)]),
    ...(causes.length === 0 ? [] : ['', colors.bold('What to mend, the most urgent first')]),
    ...listed.map((cause, index) => {
      const mark = cause.urgency === 'should' ? colors.yellow : colors.red;
      return `  ${String(index + 1).padStart(2)} ${mark(titleOf(cause).padEnd(width))}  ${colors.dim(named(cause))}`;
    }),
    ...left(causes.length - listed.length, colors),
    ...reasonLines('Claimed, and not shown', requirements.filter(isUntestable), colors),
    ...reasonLines(
      'Not judged',
      requirements.filter(({ result }) => result === 'not_judged'),
      colors,
    ),
    ...causes.slice(0, DETAILED_MAX).flatMap((cause, index) => detailLines(cause, index + 1, colors)),
  ];
}

/** Name a cause: the anomaly, where, and when. */
function titleOf({ sentence }: CauseResult): string {
  return sentence.slice(0, sentence.indexOf('. '));
}

function named({ requirements }: CauseResult): string {
  const shown = requirements.slice(0, NAMED_MAX).join(' ');
  const more = requirements.length - NAMED_MAX;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function left(count: number, colors: Colors): readonly string[] {
  return count > 0 ? [colors.dim(`     and ${count} more; --verbose, --html and --json tell all`)] : [];
}

function detailLines(cause: CauseResult, place: number, colors: Colors): readonly string[] {
  const { lead, sentence, right, anomaly, requirements } = cause;
  const meaning = sentence.slice(sentence.indexOf('. ') + 2);
  return [
    '',
    colors.bold(`${place}. ${titleOf(cause)}`),
    `   ${meaning} ${right}`,
    `   Seen in ${lead.case}: ${lead.proof}`,
    ...excerptOf(lead).map((line) => colors.dim(`     ${line}`)),
    `   Breaks ${requirements.join(', ')}. How to mend it: ${mendingPath(anomaly)}`,
    `   Again: ${lead.command}`,
  ];
}

/** Of the events of a case those that its proof cites, the last of many, and the last of the others. */
function excerptOf({ sequence, events }: CauseResult['lead']): readonly string[] {
  const is_cited = (line: string): boolean => events.some((event) => line.startsWith(`#${event} `));
  const cited = sequence.filter(is_cited).slice(-EVENTS_MAX);
  const others = sequence.filter((line) => !is_cited(line));
  const kept = new Set([...cited, ...others.slice(others.length - (EVENTS_MAX - cited.length))]);
  return sequence.filter((line) => kept.has(line));
}

function isUntestable({ result, anomalies }: RequirementResult): boolean {
  return result === 'failed' && anomalies.length === 0;
}

/** One reason counts different cases of different requirements; it is the same all the same. */
function withoutCounts(reason: string): string {
  return reason
    .replace(/^\d+ of its \d+ cases left out: /, 'left out: ')
    .replace(/ after \d+ of its \d+ cases$/, ' before all of its cases had run');
}

function someOf(ids: readonly string[]): string {
  const more = ids.length - IDS_MAX;
  return more > 0 ? `${ids.slice(0, IDS_MAX).join(' ')} and ${more} more` : ids.join(' ');
}

/** Requirements that share a reason, a line for each reason; the one with most requirements first. */
function reasonLines(
  title: string,
  requirements: readonly RequirementResult[],
  colors: Colors,
): readonly string[] {
  const reasons = new Map<string, { readonly reason: string; readonly ids: readonly string[] }>();
  for (const { id, reason = 'no reason is known' } of requirements) {
    const shared = withoutCounts(reason);
    const known = reasons.get(shared);
    reasons.set(
      shared,
      known === undefined ? { reason, ids: [id] } : { reason: shared, ids: [...known.ids, id] },
    );
  }
  const told = [...reasons.values()]
    .sort((a, b) => b.ids.length - a.ids.length)
    .slice(0, REASONS_MAX)
    .map(({ reason, ids }) => `  ${someOf(ids)}: ${reason}`);
  if (told.length === 0) return [];
  return ['', colors.bold(title), ...told, ...left(reasons.size - told.length, colors)];
}
