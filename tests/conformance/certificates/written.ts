import { sealed } from '../../../conformance/certificates/envelope/envelope.ts';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import { type Draft, packText } from './draft.ts';
import { type Kind, kind, says, statementIn, tells } from './making.ts';

/** Places of a certificate at which an object stands. */
const OBJECTS: readonly ((draft: Draft) => Record<string, unknown>)[] = [
  ({ certificate }) => certificate.contract,
  ({ certificate }) => certificate.judge,
  ({ certificate }) => certificate.selection,
  ({ certificate }) => certificate.histories,
  ({ certificate }) => certificate.target,
  ({ certificate }) => certificate.target.has,
  ({ certificate }) => certificate.target.components[0],
  ({ certificate }) => certificate.target.components[0].files[0],
  ({ certificate }) => certificate.runs[0],
  ({ certificate }) => certificate.runs[1].cases[2],
  ({ certificate }) => certificate.runs[1].situations[0],
  ({ certificate }) => certificate.requirements[0],
];

/** Kinds that say the same in another way, or hide something where nobody reads; every digest fits. */
export const WRITTEN: readonly Kind[] = [
  kind('a letter before the first', /no JSON/, (text) => `\uFEFF${text}`),
  kind('line ends of another system', /envelope is not written/, (text) => text.replaceAll('\n', '\r\n')),
  kind('a key of the envelope twice', /envelope is not written/, (text) =>
    text.replace(' "payload":', ' "payload": "e30=",\n "payload":'),
  ),
  kind('a key of the statement twice', /statement is not written/, (text) =>
    retold(text, (said) => said.replace('"cloud":', '"cloud":"emulators","cloud":')),
  ),
  kind('a number written in another way', /statement is not written|no JSON/, (text, random) =>
    retold(text, (said) =>
      said.replace('"seed":7,', `"seed":${random.pick(['7.0', '7e0', '70e-1', '07', '+7'])},`),
    ),
  ),
  kind('a letter written by its number', /statement is not written/, (text) =>
    retold(text, (said) => said.replace('"name":"careless"', '"name":"\\u0063areless"')),
  ),
  says('keys in another order', /not written as|otherwise|histories say/, (draft, random) => {
    const found = random.pick(OBJECTS as [never, ...never[]]) as (typeof OBJECTS)[number];
    const object = found(draft);
    const entries = Object.entries(object).reverse();
    for (const [name] of entries) delete object[name];
    Object.assign(object, Object.fromEntries(entries));
  }),
  kind('a subject renamed', /the subject is not/, (text, random) =>
    subjects(text, (list) => {
      (list[random.below(list.length)] as { name: string }).name = random.pick([
        'right',
        'careless\u200b',
        'ｃareless',
      ]);
    }),
  ),
  kind('a subject more', /the subject is not/, (text) =>
    subjects(text, (list) => void list.push({ ...(list[0] as object) })),
  ),
  kind('a statement of another kind', /none of ours/, (text) =>
    retold(text, (said) => said.replace('conformance-certificate:v1', 'conformance-certificate:v2')),
  ),
  says('a requirement that the contract does not have', /histories say/, ({ certificate }, random) => {
    const list = random.pick([certificate, ...certificate.runs] as [never, ...never[]]) as {
      requirements: object[];
    };
    list.requirements.push({ ...list.requirements[0], id: 'FANIN-999' });
  }),
  says('a requirement twice', /otherwise than/, ({ certificate }, random) => {
    const list = random.pick([certificate, ...certificate.runs] as [never, ...never[]]) as {
      requirements: object[];
    };
    list.requirements.push({ ...list.requirements[random.below(list.requirements.length)] });
  }),
  says('names that the contract does not have', /does not have/, ({ certificate: { target } }, random) => {
    const change = random.pick([
      () => target.profiles.push('phase-9'),
      () => target.components.push({ ...target.components[0], name: 'phase9' }),
      () => {
        target.contract = '9.9.9';
      },
      () => target.known_differences.push({ requirement: 'FANIN-999', reason: 'we know' }),
    ]);
    change();
  }),
  says('a component twice', /not written as/, ({ certificate: { target } }) => {
    target.components.push(target.components[0]);
  }),
  says(
    'a pattern that takes a long time',
    /cannot be judged|is no case|histories say|is missing/,
    ({ certificate }) => {
      certificate.selection.only.push(`${'*a'.repeat(60)}*!`);
    },
  ),
  says('a third run', /none of ours/, ({ certificate }) => {
    certificate.runs.push({ ...certificate.runs[0], seed: 9 });
  }),
  says('something behind the compressed histories', /behind the compressed/, ({ certificate }) =>
    packText(certificate, (text) => text, 'more'),
  ),
  says(
    'lines behind the last that nobody reads',
    /cannot be read|not written as/,
    ({ certificate }, random) =>
      packText(certificate, (text) => text + random.pick(['\n', '\n{"run":0}\n', ' \n', 'x'])),
  ),
  says('an event written in another way', /not written as/, ({ certificate }, random) =>
    packText(certificate, (text) =>
      random.pick([
        text.replace('"kind":"delivery"', '"kind":"answer","kind":"delivery"'),
        text.replace('"attempt":1,', '"attempt":1.0,'),
        text.replace('"attempt":1,', '"attempt": 1,'),
        text.replace('"kind":"delivery"', '"kind":"d\\u0065livery"'),
      ]),
    ),
  ),
  says('a run whose last number is beyond all counting', /is missing|listed as/, ({ certificate }, random) =>
    packText(certificate, (text) =>
      text.replace(
        /"last":\d+,"left_out":.*/,
        `"last":9007199254740991,"left_out":[[1,${random.pick([5, 9007199254740991])}]]}`,
      ),
    ),
  ),
  says('ranges that are none', /cannot be read/, ({ certificate }, random) =>
    packText(certificate, (text) =>
      text.replace(
        /"left_out":.*/,
        `"left_out":[${random.pick(['5', '[-1e15,1]', '[1,"2"]', 'null', '[1]'])}]}`,
      ),
    ),
  ),
  says('a history that says another number of lines', /cannot be read/, ({ certificate }, random) =>
    packText(certificate, (text) =>
      text.replace(/"lines":\d+/, `"lines":${random.pick(['-1', '0.5', '"3"', '1e300', '2'])}`),
    ),
  ),
  tells(
    'an event that was before the one before it',
    /before the one before|no integer|must be/,
    ({ runs }, random) => {
      const run = random.pick(runs as [Draft['runs'][number], ...Draft['runs']]);
      const events = [...run.histories.values()].flat().filter(({ at_ms }) => at_ms > 0);
      const { sequence } = random.pick(events as [HistoryEvent, ...HistoryEvent[]]);
      for (const [name, history] of run.histories)
        run.histories.set(
          name,
          history.map((event) =>
            event.sequence === sequence
              ? { ...event, at_ms: event.at_ms + 1e9 * (random.below(2) || -1) }
              : event,
          ),
        );
    },
  ),
  says('an event that nests deeper than any program goes', /cannot be judged/, ({ certificate }) =>
    packText(certificate, (text) =>
      text.replace('"message":{', `"message":{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},`),
    ),
  ),
];

/** The statement in other words, its digests as they were, sealed anew. */
function retold(text: string, change: (statement: string) => string): string {
  return sealed(change(statementIn(text)));
}

function subjects(text: string, change: (list: object[]) => void): string {
  const statement = JSON.parse(statementIn(text)) as { subject: object[] };
  change(statement.subject);
  return sealed(JSON.stringify(statement));
}
