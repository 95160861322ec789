import { createRandom } from '../../harness/messages/random.ts';
import type { History, HistoryEvent } from '../../history/events.ts';
import { toJsonLines } from '../../history/json-lines.ts';
import { findDamage } from '../../history/whole.ts';
import { type Certificate, CertificateRefusedError, type CertifiedRun } from '../certificate.ts';
import { digestOf } from '../origin/target.ts';
import { missingRanges, numbersOf, type RecordedRun } from './pack.ts';

/**
 * Make sure that the histories are those that the certificate lists, whole, each of its own case and its own seed.
 *
 * @param problemOf says what is wrong with the form of an event; undefined when nothing is.
 * @param onStep told after each case.
 * @throws {CertificateRefusedError} with the first thing that is not so.
 */
export function requireWhole(
  { runs, cloud }: Certificate,
  recorded: readonly RecordedRun[],
  problemOf: (event: HistoryEvent) => string | undefined,
  onStep: () => void,
): void {
  if (recorded.length !== runs.length) {
    throw new CertificateRefusedError(
      `expected histories of ${runs.length} runs, got those of ${recorded.length}`,
    );
  }
  for (const [place, run] of runs.entries()) {
    const own = recorded[place];
    if (own === undefined) continue;
    requireListed(run, own);
    for (const [name, history] of own.histories) {
      onStep();
      requireSound(run.seed, name, history, problemOf);
    }
    requireNoGap(run.seed, own);
    if (cloud === 'embedded') requireOneStory(run.seed, own);
  }
  requireSeeds(runs, recorded);
}

function requireListed({ seed, cases }: CertifiedRun, { histories }: RecordedRun): void {
  const where = `the run with seed ${seed}`;
  for (const { name, events, sha256 } of cases) {
    const history = histories.get(name);
    if (history === undefined)
      throw new CertificateRefusedError(`${where}: the history of ${name} is missing`);
    if (history.length !== events || digestOf(toJsonLines(history)) !== sha256) {
      throw new CertificateRefusedError(
        `${where}: the history of ${name} is not the one whose digest the certificate has`,
      );
    }
  }
  const listed = new Set(cases.map(({ name }) => name));
  const extra = [...histories.keys()].find((name) => !listed.has(name));
  if (extra !== undefined)
    throw new CertificateRefusedError(`${where}: there is a history of ${extra}, which is not listed`);
  if (listed.size !== cases.length) throw new CertificateRefusedError(`${where}: a case is listed twice`);
}

function requireSound(
  seed: number,
  name: string,
  history: readonly HistoryEvent[],
  problemOf: (event: HistoryEvent) => string | undefined,
): void {
  const where = `the run with seed ${seed}, ${name}`;
  for (const event of history) {
    const problem = problemOf(event);
    if (problem !== undefined)
      throw new CertificateRefusedError(`${where}: event #${event.sequence} ${problem}`);
  }
  const damage = findDamage(history);
  if (damage !== undefined) throw new CertificateRefusedError(`${where}: ${damage}`);
  if (history.length > 0 && !history.some(({ marks }) => marks.includes(name))) {
    throw new CertificateRefusedError(`${where}: no event of the history is of this case; it is another's`);
  }
}

/** Each number stands in a case or among those that no case saw. */
function requireNoGap(seed: number, { last, left_out, histories }: RecordedRun): void {
  const where = `the run with seed ${seed}: event #`;
  const present = numbersOf(histories);
  const beyond = [...present].find((number) => number > last);
  if (beyond !== undefined) throw new CertificateRefusedError(`${where}${beyond} stands after its last`);
  const missing = missingRanges(present, last);
  for (let place = 0; place < Math.max(missing.length, left_out.length); place++) {
    const [[from, to], [said_from, said_to]] = [missing[place] ?? NOWHERE, left_out[place] ?? NOWHERE];
    if (from === said_from && to === said_to) continue;
    const number = from === said_from ? Math.min(to, said_to) + 1 : Math.min(from, said_from);
    const is_missing = from === said_from ? to > said_to : from < said_from;
    const why = is_missing
      ? 'it is missing'
      : 'it stands in a case, or is none, and is listed as one of no case';
    throw new CertificateRefusedError(`${where}${number}: ${why}`);
  }
}

/** Behind every number. */
const NOWHERE = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** What two cases saw is the same for both, a case has every event that names it, and times rise with the numbers. */
function requireOneStory(seed: number, { histories }: RecordedRun): void {
  const where = `the run with seed ${seed}`;
  const told = new Map<number, string>();
  const times = new Map<number, number>();
  const naming = new Map<string, Set<number>>([...histories.keys()].map((name) => [name, new Set()]));
  for (const [name, history] of histories) {
    for (const event of history) {
      const number = event.sequence;
      const text = JSON.stringify(event);
      if ((told.get(number) ?? text) !== text) {
        throw new CertificateRefusedError(
          `${where}: event #${number} of ${name} is told otherwise by another case`,
        );
      }
      told.set(number, text);
      times.set(number, event.at_ms);
      for (const mark of event.marks) naming.get(mark)?.add(number);
    }
  }
  let before_ms = 0;
  for (const [number, at_ms] of [...times].sort(([a], [b]) => a - b)) {
    if (at_ms < before_ms) {
      throw new CertificateRefusedError(
        `${where}: event #${number} was at ${at_ms} ms, which is before the one before it, at ${before_ms} ms; they are of different runs`,
      );
    }
    before_ms = at_ms;
  }
  for (const [name, history] of histories) {
    const own = new Set(history.map(({ sequence }) => sequence));
    const lacking = [...(naming.get(name) ?? [])].find((number) => !own.has(number));
    if (lacking === undefined) continue;
    throw new CertificateRefusedError(`${where}: ${name} lacks event #${lacking}, which names it`);
  }
}

/** So far into the choices of a case ids are looked for. */
const CHOICES_MAX = 60;
/** Of so many cases that begin with a message of the judge's own one shows the seed; a lone one may make its choices in another way. */
const CASES_MIN = 3;

/** The ids that the judge gives follow from seed and case: a run has some of its own seed, and no case has those of another. */
function requireSeeds(runs: readonly CertifiedRun[], recorded: readonly RecordedRun[]): void {
  const seeds = runs.map(({ seed }) => seed);
  if (new Set(seeds).size !== seeds.length) {
    throw new CertificateRefusedError('two runs have the same seed; each needs its own');
  }
  for (const [place, { histories }] of recorded.entries()) {
    const seed = seeds[place] ?? 0;
    let bears = 0;
    for (const [name, history] of histories) {
      const ids = new Set(toJsonLines(history).match(UUID));
      if (idsOf(seed, name).some((id) => ids.has(id))) bears += 1;
      const other = seeds.find((one) => one !== seed && idsOf(one, name).some((id) => ids.has(id)));
      if (other !== undefined) {
        throw new CertificateRefusedError(
          `the run with seed ${seed}: the history of ${name} is of a run with seed ${other}`,
        );
      }
    }
    const own = [...histories.values()].filter(beginsWithTheJudge).length;
    if (bears === 0 && own >= CASES_MIN) {
      throw new CertificateRefusedError(
        `the run with seed ${seed}: no history has an id that this seed gives; they are of another seed`,
      );
    }
  }
}

/** Whether a message of the judge's own, with ids, stands before anything that the target published. */
function beginsWithTheJudge(history: History): boolean {
  const first = history.find(({ kind }) => kind === 'delivery' || kind === 'publish');
  return first?.kind === 'delivery' && JSON.stringify(first.message).match(UUID) !== null;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

function idsOf(seed: number, name: string): readonly string[] {
  return Array.from({ length: CHOICES_MAX }, (_, before) => {
    const random = createRandom(seed, name);
    for (let choice = 0; choice < before; choice++) random.below(2);
    return random.uuid();
  });
}
