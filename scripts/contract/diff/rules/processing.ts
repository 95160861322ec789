import { at, entriesOf, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { type Party, uniqueParties } from '../model/change.ts';
import type { Edit } from '../model/edits.ts';
import {
  breaks,
  byKind,
  type Contracts,
  either,
  fits,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  runs,
  sentence,
  topicParties,
} from './ruling.ts';

/** What changes of orchestrators, processors and triggers mean. */
export const PROCESSING_RULES: readonly Rule[] = [
  ...rulesAbout((_edit, { fresh }) => membersOf(fresh['x-orchestrators']).flatMap(([name]) => runs(name)), {
    'x-trigger-identity.*': breaks(
      'A trigger that an old instance began and a new one finishes gets another execution_id: receivers take it for a second one.',
      'Change it between two dates, when no trigger is pending.',
    ),
  }),
  ...rulesAbout(ofOrchestrator, {
    'x-orchestrators.*': byKind({
      added: ordered(
        'What the orchestrator triggers must be able to run, and what it waits for must be announced.',
        'Deploy who it triggers and who it waits for first.',
      ),
      removed: breaks(
        'Nobody triggers any more what this orchestrator does.',
        'Let another orchestrator take over its levels first.',
      ),
    }),
    'x-orchestrators.*.{dataset,table}': breaks(
      'Triggers name another source than before; receivers and traces go by it.',
      'Let receivers take both first.',
    ),
    'x-orchestrators.*.state': breaks(
      'What is remembered of the dates under way stands in the old document: their triggers never come.',
      'Read both documents first, write the new one, and forget the old one when its dates are over.',
    ),
    'x-orchestrators.*.counts.**': breaks(
      'Old and new instances count different completions for the same date: a trigger comes early, or never.',
      'Change it between two dates.',
    ),
    'x-orchestrators.*.{listens_to,triggers}': breaks(
      'Messages of today are on the other topic.',
      'Create the new topic, let receivers read both, move the senders, and remove the old one when it is empty.',
    ),
    'x-orchestrators.*.levels.*': byKind({
      added: ordered(
        'A level that nobody can run is triggered for nothing.',
        'Deploy what the level runs first, then the orchestrator.',
      ),
      removed: breaks(
        'What the level runs is never triggered, and what waits for it waits for ever.',
        'Take it out of what waits for it first, or let another level run it.',
      ),
    }),
    'x-orchestrators.*.levels.*.entry': breaks(
      'A new instance does not find the trigger that an old one recorded, and sends it again.',
      'Change it between two dates, when no trigger is pending.',
    ),
    'x-orchestrators.*.levels.*.waits_for.*': ({ kind, path }) =>
      kind === 'removed'
        ? ordered(
            `A date that waits only for ${path.at(-1)} gets no more completion that would send its trigger.`,
            'Deploy the orchestrator and let its sweep run once: it sends what is complete under the new set. Then stop the processor.',
          )
        : ordered(
            `The set is larger: a date is complete only when ${path.at(-1)} announces too, and a date whose trigger is sent is not touched.`,
            `Let ${path.at(-1)} run and announce every date first; then deploy the orchestrator, between two dates.`,
          ),
    'x-orchestrators.*.levels.*.runs.*': runsRuling,
  }),
  ...rulesAbout(ofPhase, {
    'x-processors.*': byKind({
      added: fits('The phase has processors of its own from now on; each is judged by what names it.'),
      removed: breaks(
        'Messages of these processors are under way and refused.',
        'Remove the processors one by one.',
      ),
    }),
    'x-processors.*.*': byKind({
      added: ordered(
        'A receiver of today refuses the name as an unknown processor.',
        'Deploy the receivers of this phase first, then let the processor announce.',
      ),
      removed: breaks(
        'Its messages are under way, and a new receiver refuses the name; whoever requires its table waits for ever.',
        'Take it out of what requires and waits for it; stop it; remove the name when the retention of its topic is over.',
      ),
    }),
    'x-processors.*.*.aliases.*': ({ kind, path }) =>
      kind === 'removed'
        ? breaks(
            `A sender that still calls itself ${path.at(-1)} is refused as unknown, and so is what is under way.`,
            'See in the log that nobody uses the alias; wait for the retention of the topic; then remove it.',
          )
        : ordered(
            'A receiver of today refuses the alias as unknown.',
            'Deploy the receivers first, then whoever uses the alias.',
          ),
    'x-processors.*.*.{dataset,table}': breaks(
      'Readers look for the rows where they were, and receivers judge the name that a message carries.',
      'Write to both tables first, move the readers, then stop writing to the old one.',
    ),
    'x-processors.*.*.requires.*': ({ kind, path }) =>
      kind === 'removed'
        ? fits(`The processor no longer waits for ${path.at(-1)}.`)
        : ordered(
            `A date for which ${path.at(-1)} has no table waits.`,
            `Let ${path.at(-1)} write its table for every date first; then deploy the processor.`,
          ),
    'x-processors.*.*.level': breaks(
      'Old and new orchestrators run the processor at different levels: for a date under way it runs twice, or never, and what waits for it is triggered early.',
      'Change it between two dates, with the levels of x-orchestrators, for orchestrators and processors at once.',
    ),
  }),
  ...rulesAbout(analytics, {
    'x-table-readiness.counts.**': breaks(
      'Old and new instances take different tables for ready.',
      'Change it between two dates.',
    ),
    'x-table-readiness.may_be_empty.**': ({ kind }) =>
      kind === 'added'
        ? fits('A date is no longer held up by an empty table.')
        : breaks(
            'A date whose table is empty runs today, and waits from then on.',
            'Make sure that the table is never empty; then change it.',
          ),
    'x-table-readiness.description': sentence('when a table counts as ready'),
  }),
];

/** What no level runs any more and some level waits for holds up every date. */
function runsRuling({ kind, path, before }: Edit, { fresh }: Contracts): Ruling {
  if (kind !== 'removed')
    return ordered(
      `Whoever runs the level must know ${path.at(-1)}.`,
      'Deploy the processors first, then the orchestrator.',
    );
  const levels = membersOf(fresh['x-orchestrators']).flatMap(([, one]) => entriesOf(at(one, 'levels')));
  const runs_still = levels.some((level) => stringsOf(at(level, 'runs')).includes(String(before)));
  const is_awaited = levels.some((level) => stringsOf(at(level, 'waits_for')).includes(String(before)));
  if (is_awaited && !runs_still)
    return breaks(
      `Nothing triggers ${String(before)} any more, and a level waits for it: it is never complete.`,
      'Take it out of what waits for it first.',
    );
  if (runs_still)
    return breaks(
      `${String(before)} runs at another level: for a date under way it runs twice or never.`,
      'Change it between two dates, for orchestrators and processors at once.',
    );
  return ordered(
    `${String(before)} is no longer triggered.`,
    'Make sure that nobody reads its table; then deploy the orchestrator; then stop the processor.',
  );
}

function ofOrchestrator({ path }: Edit, contracts: Contracts): readonly Party[] {
  const one = either(contracts, 'x-orchestrators', path[1] ?? '');
  const heard = topicParties(String(at(one, 'listens_to')), contracts).filter(
    (party) => party.role === 'sender',
  );
  const triggered = topicParties(String(at(one, 'triggers')), contracts).filter(
    (party) => party.role === 'receiver',
  );
  return uniqueParties([...runs(path[1]), ...heard, ...triggered]);
}

/** Who runs in a phase, and who receives what it announces. */
function ofPhase({ path }: Edit, contracts: Contracts): readonly Party[] {
  const document = contracts.fresh;
  const own = membersOf(document['x-components']).flatMap(([name, one]) =>
    at(one, 'phase') === path[1] ? [name] : [],
  );
  const senders = own.map((component): Party => ({ component, role: 'sender' }));
  const topics = membersOf(document['operations']).flatMap(([, one]) =>
    at(one, 'action') === 'send' && own.includes(String(at(one, 'x-component')))
      ? [addressOf(document, String(at(one, 'channel', '$ref')))]
      : [],
  );
  const receivers = topics
    .flatMap((topic) => topicParties(topic, contracts))
    .filter((party) => party.role === 'receiver');
  return uniqueParties([...senders, ...receivers]);
}

function addressOf(document: JsonObject, channel: string): string {
  return String(at(document, 'channels', channel.replace('#/channels/', ''), 'address'));
}

function analytics(edit: Edit, contracts: Contracts): readonly Party[] {
  return ofPhase({ ...edit, path: ['x-processors', 'phase_3_analytics'] }, contracts);
}
