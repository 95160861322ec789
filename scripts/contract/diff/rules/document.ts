import { at } from '../../json.ts';
import { compareVersions } from '../../records/frozen.ts';
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
  runs,
  sentence,
  words,
} from './ruling.ts';

const WORDS_AT = [
  'info.**',
  'tags.**',
  'externalDocs.**',
  'servers.*.description',
  'servers.*.title',
  'servers.*.summary',
];

/** What changes of the document itself mean, of its components, and of its promises. */
export const DOCUMENT_RULES: readonly Rule[] = [
  ...WORDS_AT.map((place): Rule => ({ at: place, judge: () => words(), affected: NOBODY })),
  {
    at: 'asyncapi',
    judge: () => fits('Only tools that read the contract see its version of AsyncAPI.'),
    affected: OPERATORS,
  },
  {
    at: 'defaultContentType',
    judge: () =>
      breaks(
        'Every message is written and read in this form.',
        'Let receivers take both forms first; then move the senders; then take the old form away.',
      ),
    affected: everybody,
  },
  {
    at: 'servers.*',
    judge: byKind({
      added: fits('Nobody uses the server until the address of a program says so.'),
      removed: breaks(
        'Programs of today use the server.',
        'Move every program to another server first, and remove it when none is left.',
      ),
    }),
    affected: everybody,
  },
  {
    at: 'servers.*.**',
    judge: () =>
      breaks(
        'Senders and receivers meet at this server: an old and a new one would not.',
        'Add the new server beside the old one, move the receivers, then the senders, and remove the old one when it is drained.',
      ),
    affected: everybody,
  },
  {
    at: 'x-components.*',
    judge: byKind({
      added: fits('Nobody waits for the component yet; what it sends, receives and serves is judged there.'),
      removed: breaks(
        'The component takes part in the pipeline of today.',
        'Take away first what it sends, receives and serves, then the component.',
      ),
    }),
    affected: ({ path }) => runs(path[1]),
  },
  { at: 'x-components.*.purpose', judge: () => words(), affected: NOBODY },
  {
    at: 'x-components.*.runs_as',
    judge: () =>
      ordered(
        'A service and a function have different addresses, and deliveries go to the old one.',
        'Deploy it beside the old one, lead subscriptions and schedules to it, and remove the old one when it has nothing under way.',
      ),
    affected: ({ path }) => runs(path[1]),
  },
  {
    at: 'x-components.*.phase',
    judge: () =>
      breaks(
        'Receivers, log lines and metrics tell the component by its phase.',
        'Add a component for the other phase, move the work, and remove this one.',
      ),
    affected: ({ path }) => runs(path[1]),
  },
  {
    at: 'x-areas.*',
    judge: () => words('The letters of requirement ids are explained here; no program reads them.'),
    affected: NOBODY,
  },
  {
    at: 'x-profiles.*',
    judge: byKind({
      added: fits('Nobody claims the profile yet.'),
      removed: breaks('A target that claims the profile is refused.', 'Leave it until no target claims it.'),
      changed: words('The sentence describes the profile; what it asks stands in the requirements.'),
    }),
    affected: OPERATORS,
  },
  {
    at: 'x-requirements.*',
    judge: requirementRuling,
    affected: everybody,
  },
  {
    at: 'x-requirements.*.level',
    judge: ({ before, after }) =>
      before === 'MUST' || (before === 'SHOULD' && after === 'MAY')
        ? breaks(
            'Others rely on what was promised before.',
            'Leave the requirement as it is, and ask the weaker thing in one of its own.',
          )
        : ordered(
            'A program that conforms today may not conform any more.',
            'Let every program keep it first; then ask for it.',
          ),
    affected: everybody,
  },
  { at: 'x-requirements.*.sentence', judge: sentence('what is asked of every program'), affected: everybody },
  {
    at: 'x-requirements.*.profile',
    judge: () =>
      breaks(
        'It is asked of other programs than before, and no longer of those that others rely on.',
        'Ask it in a requirement of its own for the other profile.',
      ),
    affected: everybody,
  },
  {
    at: 'x-requirements.*.since',
    judge: sinceRuling,
    affected: everybody,
  },
  {
    at: 'x-requirements.*.checks',
    judge: () =>
      words('The checks of the judge find the requirement by themselves; no program reads the list.'),
    affected: NOBODY,
  },
  {
    at: 'x-requirements.*.checks.**',
    judge: () =>
      words('The checks of the judge find the requirement by themselves; no program reads the list.'),
    affected: NOBODY,
  },
  { at: 'x-requirements.*.source', judge: () => words('It says where the reason stands.'), affected: NOBODY },
  {
    at: 'x-acknowledgement.*',
    judge: byKind({
      added: ordered(
        'Receivers must answer this kind of delivery as the contract says.',
        'Deploy the receivers first; then count on it.',
      ),
      removed: breaks(
        'Nothing says any more what such a delivery is answered.',
        'Leave it, or let another entry cover it.',
      ),
    }),
    affected: everybody,
  },
  ...['answer', 'status', 'effect'].map(
    (key): Rule => ({
      at: `x-acknowledgement.*.${key}`,
      judge: () =>
        breaks(
          'Old and new receivers answer the same delivery differently, so what is kept or delivered again differs.',
          'Change the receivers of one topic at a time, while nothing of it is under way.',
        ),
      affected: everybody,
    }),
  ),
  { at: 'x-acknowledgement.*.rule', judge: sentence('how a receiver answers'), affected: everybody },
  { at: 'x-correlation.*', judge: sentence('where a correlation_id comes from'), affected: everybody },
  {
    at: 'x-correlation.fallback.**',
    judge: () =>
      breaks(
        'Old and new programs give the same chain different ids, so a trace breaks in the middle.',
        'Change it between two dates, for all programs at once.',
      ),
    affected: everybody,
  },
  { at: 'x-backfill.*', judge: sentence('what a backfill asks of a receiver'), affected: everybody },
  {
    at: 'x-idempotency.*',
    judge: byKind({
      added: fits('Work that was done again after a repeat is done once from now on.'),
      removed: breaks(
        'A repeated delivery does the work again.',
        'Leave the key as long as deliveries can be repeated, which is always.',
      ),
    }),
    affected: ({ path }) => runs(path[1]),
  },
  {
    at: 'x-idempotency.*.key.**',
    judge: () =>
      breaks(
        'A new program does not find what an old one remembers under the old key, so a repeat does the work again.',
        'Let the program look under both keys first, and write the new one; drop the old key when the retention of its topics is over.',
      ),
    affected: ({ path }) => runs(path[1]),
  },
  {
    at: 'x-idempotency.*.runs_when',
    judge: sentence('when work is done'),
    affected: ({ path }) => runs(path[1]),
  },
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
