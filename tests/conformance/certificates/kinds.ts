import { sealed } from '../../../conformance/certificates/envelope/envelope.ts';
import type { Random } from '../../../conformance/harness/messages/random.ts';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import { type Draft, leaveOut, opening, resealed } from './draft.ts';
import { type Kind, kind, newKey, says, statementIn, tells } from './making.ts';
import { WRITTEN } from './written.ts';

/** Kinds that change bytes, or who signed. */
const OUTSIDE: readonly Kind[] = [
  kind('one byte of the file changed', /./, (text, random) => {
    const place = random.below(text.length);
    const others = [...'Ab1+/= "{'].filter((one) => one !== text[place]) as [string, ...string[]];
    return text.slice(0, place) + random.pick(others) + text.slice(place + 1);
  }),
  kind('one byte of the file left out', /./, (text, random) => {
    const place = random.below(text.length);
    return text.slice(0, place) + text.slice(place + 1);
  }),
  kind('the end of the file cut off', /./, (text, random) => text.slice(0, random.below(text.length - 1))),
  kind(
    'one letter of the statement changed, the signature kept',
    /signature does not fit/,
    (text, random) => {
      const envelope = JSON.parse(text);
      const statement = Buffer.from(envelope.payload, 'base64').toString();
      const place = random.below(statement.length);
      const letter = statement[place] === 'x' ? 'y' : 'x';
      const changed = statement.slice(0, place) + letter + statement.slice(place + 1);
      return `${JSON.stringify({ ...envelope, payload: Buffer.from(changed).toString('base64') }, null, 1)}\n`;
    },
  ),
  { ...kind('the signature taken off', /not signed/, (text) => sealed(statementIn(text))), holds_key: true },
  {
    ...kind('signed again with another key', /signed with key/, (text) =>
      sealed(statementIn(text), newKey()),
    ),
    holds_key: true,
  },
  kind('another key beside the signature', /does not fit/, (text) => {
    const envelope = JSON.parse(text);
    const [other] = JSON.parse(sealed('x', newKey())).signatures;
    const signatures = [{ ...envelope.signatures[0], keyid: other.keyid, public_key: other.public_key }];
    return `${JSON.stringify({ ...envelope, signatures }, null, 1)}\n`;
  }),
  kind('written in another way', /not written as/, (text) => JSON.stringify(JSON.parse(text))),
  kind('the statement written in another way', /not written as/, (text) =>
    sealed(JSON.stringify(JSON.parse(statementIn(text)), null, 1)),
  ),
];

/** Kinds that change what the certificate says, with every digest computed anew. */
const INSIDE: readonly Kind[] = [
  says(
    'a failure called a pass in its run and in all',
    /histories say "failed/,
    ({ certificate }, random) => {
      const run = random.pick(certificate.runs as [never, ...never[]]) as { requirements: Entry[] };
      const { id } = failedIn(run.requirements, random);
      for (const { requirements } of [...certificate.runs, certificate]) pass(requirements, id);
      certificate.verdict = 'conforms';
    },
  ),
  says('only the verdict of all changed', /verdict|all runs/, ({ certificate }, random) => {
    certificate.verdict = random.pick(['conforms', 'incomplete'] as const);
  }),
  says('a failure called a pass in all runs together', /all runs together/, ({ certificate }, random) => {
    pass(certificate.requirements, failedIn(certificate.requirements, random).id);
  }),
  says('a proof in other words', /histories say|what it contains/, ({ certificate }, random) => {
    const run = random.pick(certificate.runs as [never, ...never[]]) as { requirements: Entry[] };
    const [anomaly] = failedIn(run.requirements, random).anomalies;
    if (anomaly !== undefined) anomaly.proof = `${anomaly.proof} It repeats.`;
  }),
  says('a requirement left out', /histories say/, ({ certificate }, random) => {
    const list = random.pick([certificate, ...certificate.runs] as [never, ...never[]]) as {
      requirements: Entry[];
    };
    list.requirements.splice(random.below(list.requirements.length), 1);
  }),
  says('more cases than there are', /histories say/, ({ certificate }, random) => {
    const entry = random.pick(certificate.runs[0].requirements as [Entry, ...Entry[]]);
    entry.cases += 1;
  }),
  says('a situation that occurred more often', /situations/, ({ certificate }, random) => {
    const run = random.pick(certificate.runs as [never, ...never[]]) as { situations: { times: number }[] };
    const [first] = run.situations;
    if (first !== undefined) first.times += 1 + random.below(9);
  }),
  says('another contract', /it is about contract/, ({ certificate }, random) => {
    certificate.contract = { ...certificate.contract, hash: digits(random) };
  }),
  says('another judge', /it was made by judge/, ({ certificate }, random) => {
    certificate.judge = { ...certificate.judge, hash: digits(random) };
  }),
  says('another seed', /another seed|histories say/, ({ certificate }, random) => {
    certificate.runs[random.below(2)].seed = 100 + random.below(1_000_000);
  }),
  says('the same seed twice', /same seed/, ({ certificate }) => {
    certificate.runs[1].seed = certificate.runs[0].seed;
  }),
  says('a claim taken back', /is no case|histories say/, ({ certificate }) => {
    certificate.target.profiles = certificate.target.profiles.filter((name: string) => name !== 'fan-in');
  }),
  says('a failure listed as known', /histories say/, ({ certificate }, random) => {
    const { id } = failedIn(certificate.requirements, random);
    certificate.target.known_differences.push({ requirement: id, reason: 'we know' });
    certificate.verdict = 'conforms';
  }),
  says('a word of its own', /none of ours/, ({ certificate }) => {
    certificate.note = 'honest';
  }),
];

/** Kinds that change the histories, packed and listed anew. */
const HISTORIES: readonly Kind[] = [
  tells('an event left out', /is missing|no answer|does not stand before/, ({ runs }, random) => {
    const run = random.pick(runs as [Draft['runs'][number], ...Draft['runs']]);
    const event = anyEvent(run, random);
    for (const [name, history] of run.histories) {
      run.histories.set(
        name,
        history.filter(({ sequence }) => sequence !== event.sequence),
      );
    }
  }),
  tells('an answer left out, and its number listed as of no case', /no answer/, ({ runs }, random) => {
    const run = random.pick(runs as [Draft['runs'][number], ...Draft['runs']]);
    const answers = [...run.histories.values()].flat().filter(({ kind }) => kind === 'answer');
    const { sequence } = random.pick(answers as [HistoryEvent, ...HistoryEvent[]]);
    for (const [name, history] of run.histories) {
      run.histories.set(
        name,
        history.filter((event) => event.sequence !== sequence),
      );
    }
    leaveOut(run);
  }),
  tells('two events in each other’s place', /stands after/, ({ runs }, random) => {
    const history = anyHistory(runs, random)[1];
    const place = random.below(history.length - 1);
    const [a, b] = [history[place], history[place + 1]];
    if (a !== undefined && b !== undefined) history.splice(place, 2, b, a);
  }),
  tells('the histories of two cases exchanged', /another's/, ({ runs }, random) => {
    const run = random.pick(runs as [Draft['runs'][number], ...Draft['runs']]);
    const [a, b] = random.shuffle([...run.histories.keys()]);
    const [of_a, of_b] = [run.histories.get(a ?? ''), run.histories.get(b ?? '')];
    run.histories.set(a ?? '', of_b ?? []).set(b ?? '', of_a ?? []);
  }),
  tells(
    'the history of a case taken from the other run',
    /of a run with seed|is missing|otherwise|lacks|after its last/,
    ({ runs }, random) => {
      const [name] = anyHistory(runs, random);
      const [first, second] = runs;
      first?.histories.set(name, [...(second?.histories.get(name) ?? [])]);
    },
  ),
  tells('a whole run told twice', /of a run with seed/, ({ runs }) => {
    const [first] = runs;
    if (first !== undefined) runs[1] = { ...first, histories: new Map(first.histories) };
  }),
  tells('a case left out', /is missing/, ({ runs }, random) => {
    const [name, , run] = anyHistory(runs, random);
    run.histories.delete(name);
  }),
  tells('a case left out, and every number of it listed as of no case', /is missing/, ({ runs }, random) => {
    const [name, , run] = anyHistory(runs, random);
    run.histories.delete(name);
    leaveOut(run);
  }),
  tells('a case given up that has failed', /histories say/, ({ runs, certificate }) => {
    for (const [place, run] of runs.entries()) {
      for (const name of [...run.histories.keys()].filter((one) => one.startsWith('fan-in-after'))) {
        run.histories.delete(name);
        leaveOut(run);
        certificate.runs[place].given_up.push({ case: name, reason: 'it took too long' });
      }
    }
  }),
  tells('a case that nobody selected', /no case of what/, ({ runs }, random) => {
    const [, history, run] = anyHistory(runs, random);
    const name = 'fan-in-with-one-missing';
    run.histories.set(
      name,
      history.map((event) => ({ ...event, marks: [...event.marks, name] })),
    );
    for (const [other, own] of run.histories)
      run.histories.set(
        other,
        own.map(
          (event) => run.histories.get(name)?.find(({ sequence }) => sequence === event.sequence) ?? event,
        ),
      );
  }),
  tells('an event that is none', /event #\d+ /, ({ runs }, random) => {
    const history = anyHistory(runs, random)[1];
    const place = random.below(history.length);
    history[place] = { ...history[place], kind: 'rumour' } as unknown as HistoryEvent;
  }),
  kind('a history that is listed with another digest', /not the one whose digest/, (text, random) => {
    const draft = opening(text);
    const list = draft.certificate.runs[random.below(2)].cases;
    list[random.below(list.length)].sha256 = digits(random);
    return resealed(draft);
  }),
  kind('histories that cannot be read', /cannot be decompressed|no base64/, (text, random) => {
    const draft = opening(text);
    const { content } = draft.certificate.histories;
    const place = 10 + random.below(content.length - 20);
    draft.certificate.histories.content = content.slice(0, place);
    return resealed(draft);
  }),
];

/** Every kind of forgery. */
export const KINDS: readonly Kind[] = [...OUTSIDE, ...INSIDE, ...HISTORIES, ...WRITTEN];

interface Entry {
  readonly id: string;
  result: string;
  fails_run: boolean;
  cases: number;
  anomalies: { proof: string }[];
}

function digits(random: Random): string {
  return Array.from({ length: 64 }, () => random.below(16).toString(16)).join('');
}

function failedIn(requirements: readonly Entry[], random: Random): Entry {
  return random.pick(requirements.filter(({ result }) => result === 'failed') as [Entry, ...Entry[]]);
}

function pass(requirements: Entry[], id: string): void {
  const entry = requirements.find((one) => one.id === id);
  if (entry !== undefined) Object.assign(entry, { result: 'passed', fails_run: false, anomalies: [] });
}

function anyHistory(
  runs: Draft['runs'],
  random: Random,
): readonly [string, HistoryEvent[], Draft['runs'][number]] {
  const run = random.pick(runs as [Draft['runs'][number], ...Draft['runs']]);
  const [name, history] = random.pick([...run.histories] as [
    [string, HistoryEvent[]],
    ...[string, HistoryEvent[]][],
  ]);
  return [name, history, run];
}

function anyEvent(run: Draft['runs'][number], random: Random): HistoryEvent {
  return random.pick([...run.histories.values()].flat() as [HistoryEvent, ...HistoryEvent[]]);
}
