import { at } from '../../json.ts';
import { compareVersions } from '../../records/frozen.ts';
import type { Party } from '../model/change.ts';
import type { Edit } from '../model/edits.ts';
import {
  breaks,
  byKind,
  type Contracts,
  everybody,
  fits,
  NOBODY,
  OPERATORS,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  runs,
  sentence,
  words,
} from './ruling.ts';

/** What changes of the document itself mean, of its components, and of its promises. */
export const DOCUMENT_RULES: readonly Rule[] = [
  ...rulesAbout(NOBODY, {
    '{info,tags,externalDocs}.**': words(),
    'servers.*.{description,title,summary}': words(),
    'x-components.*.purpose': words(),
    'x-areas.*': words('The letters of requirement ids are explained here; no program reads them.'),
    'x-requirements.*.checks': words(
      'The checks of the judge find the requirement by themselves; no program reads the list.',
    ),
    'x-requirements.*.checks.**': words(
      'The checks of the judge find the requirement by themselves; no program reads the list.',
    ),
    'x-requirements.*.source': words('It says where the reason stands.'),
  }),
  ...rulesAbout(OPERATORS, {
    asyncapi: fits('Only tools that read the contract see its version of AsyncAPI.'),
    'x-profiles.*': byKind({
      added: fits('Nobody claims the profile yet.'),
      removed: breaks('A target that claims the profile is refused.', 'Leave it until no target claims it.'),
      changed: words('The sentence describes the profile; what it asks stands in the requirements.'),
    }),
  }),
  ...rulesAbout(everybody, {
    defaultContentType: breaks(
      'Every message is written and read in this form.',
      'Let receivers take both forms first; then move the senders; then take the old form away.',
    ),
    'servers.*': byKind({
      added: fits('Nobody uses the server until the address of a program says so.'),
      removed: breaks(
        'Programs of today use the server.',
        'Move every program to another server first, and remove it when none is left.',
      ),
    }),
    'servers.*.**': breaks(
      'Senders and receivers meet at this server: an old and a new one would not.',
      'Add the new server beside the old one, move the receivers, then the senders, and remove the old one when it is drained.',
    ),
    'x-requirements.*': requirementRuling,
    'x-requirements.*.level': ({ before, after }) =>
      before === 'MUST' || (before === 'SHOULD' && after === 'MAY')
        ? breaks(
            'Others rely on what was promised before.',
            'Leave the requirement as it is, and ask the weaker thing in one of its own.',
          )
        : ordered(
            'A program that conforms today may not conform any more.',
            'Let every program keep it first; then ask for it.',
          ),
    'x-requirements.*.sentence': sentence('what is asked of every program'),
    'x-requirements.*.profile': breaks(
      'It is asked of other programs than before, and no longer of those that others rely on.',
      'Ask it in a requirement of its own for the other profile.',
    ),
    'x-requirements.*.since': sinceRuling,
    'x-acknowledgement.*': byKind({
      added: ordered(
        'Receivers must answer this kind of delivery as the contract says.',
        'Deploy the receivers first; then count on it.',
      ),
      removed: breaks(
        'Nothing says any more what such a delivery is answered.',
        'Leave it, or let another entry cover it.',
      ),
    }),
    'x-acknowledgement.*.{answer,status,effect}': breaks(
      'Old and new receivers answer the same delivery differently, so what is kept or delivered again differs.',
      'Change the receivers of one topic at a time, while nothing of it is under way.',
    ),
    'x-acknowledgement.*.rule': sentence('how a receiver answers'),
    'x-correlation.*': sentence('where a correlation_id comes from'),
    'x-correlation.fallback.**': breaks(
      'Old and new programs give the same chain different ids, so a trace breaks in the middle.',
      'Change it between two dates, for all programs at once.',
    ),
    'x-backfill.*': sentence('what a backfill asks of a receiver'),
  }),
  ...rulesAbout(ofComponent, {
    'x-components.*': byKind({
      added: fits('Nobody waits for the component yet; what it sends, receives and serves is judged there.'),
      removed: breaks(
        'The component takes part in the pipeline of today.',
        'Take away first what it sends, receives and serves, then the component.',
      ),
    }),
    'x-components.*.runs_as': ordered(
      'A service and a function have different addresses, and deliveries go to the old one.',
      'Deploy it beside the old one, lead subscriptions and schedules to it, and remove the old one when it has nothing under way.',
    ),
    'x-components.*.phase': breaks(
      'Receivers, log lines and metrics tell the component by its phase.',
      'Add a component for the other phase, move the work, and remove this one.',
    ),
    'x-idempotency.*': byKind({
      added: fits('Work that was done again after a repeat is done once from now on.'),
      removed: breaks(
        'A repeated delivery does the work again.',
        'Leave the key as long as deliveries can be repeated, which is always.',
      ),
    }),
    'x-idempotency.*.key.**': breaks(
      'A new program does not find what an old one remembers under the old key, so a repeat does the work again.',
      'Let the program look under both keys first, and write the new one; drop the old key when the retention of its topics is over.',
    ),
    'x-idempotency.*.runs_when': sentence('when work is done'),
  }),
];

/** A requirement that names a version of today is asked of programs that claim this version, and that were built without it. */
function requirementRuling({ kind, after }: Edit, { old }: Contracts): Ruling {
  if (kind !== 'added')
    return breaks(
      'Others rely on what the requirement promises.',
      'A released requirement stays. What is wrong about it is said by another one.',
    );
  const since = at(after, 'since');
  const version = String(at(old, 'info', 'version'));
  return typeof since === 'string' && compareVersions(since, version) < 0
    ? breaks(
        `It is asked since ${since}, so programs that claim a version from then on are judged by what nobody told them.`,
        'Ask it since the version that the contract gets with this change.',
      )
    : fits('It is asked since its version only: a target that claims an older version is judged as before.');
}

/** What was there before it had a version of its own was asked by the old contract, whatever that version is now called. */
function sinceRuling({ before, after }: Edit, { old }: Contracts): Ruling {
  const version = at(old, 'info', 'version');
  const is_as_before =
    before === undefined && typeof after === 'string' && compareVersions(after, String(version)) <= 0;
  return is_as_before
    ? fits('It says since when the requirement is asked, and programs of today are asked it already.')
    : breaks(
        'Programs that claim an older version are asked something else than before.',
        'Leave it; a released version is frozen.',
      );
}

function ofComponent({ path }: Edit): readonly Party[] {
  return runs(path[1]);
}
