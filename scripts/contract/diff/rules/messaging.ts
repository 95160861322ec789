import { at, entriesOf, type Json, type JsonObject, membersOf } from '../../json.ts';
import { type Party, uniqueParties } from '../model/change.ts';
import { type Edit, sameJson } from '../model/edits.ts';
import {
  breaks,
  byKind,
  type Contracts,
  either,
  fits,
  NOBODY,
  ordered,
  type Rule,
  type Ruling,
  rulesAbout,
  topicParties,
  words,
} from './ruling.ts';

/** What changes of topics, of who sends and receives, and of what a topic carries mean. */
export const MESSAGING_RULES: readonly Rule[] = [
  ...rulesAbout(NOBODY, {
    '{channels,operations,components.messages}.*.{title,summary,description,tags.**,externalDocs.**}':
      words(),
    'components.messages.*.{name,examples.**,examples}': words(),
    'components.messages.*': fits('What a topic carries stands at the channel, and is judged there.'),
  }),
  ...rulesAbout(ofChannel, {
    'channels.*': byKind({
      added: fits(
        'Nobody sends to the topic or reads it yet; operations and subscriptions are judged there.',
        'The topic is created before anything that uses it.',
      ),
      removed: breaks(
        'A sender of today gets NOT_FOUND for every message, and what the topic holds is lost.',
        'Stop the senders, wait until every subscription is empty, then remove receivers, subscriptions and topic.',
      ),
    }),
    'channels.*.address': breaks(
      'Old senders write to one topic, new receivers read another: messages reach nobody.',
      'Create the new topic and let the receivers read both. Move the senders. When the old topic is empty, remove it.',
    ),
    'channels.*.messages.*': messageRuling,
    'channels.*.messages.*.**': messageRuling,
    'channels.*.x-dead-letter-channel': ({ kind }) =>
      kind === 'removed'
        ? breaks(
            'A message that no receiver can take is delivered until its retention ends, and then it is lost.',
            'Leave the dead letters; they cost nothing while they are empty.',
          )
        : ordered(
            'Pub/Sub cannot forward to a topic that does not exist or that it may not write to.',
            'Create the topic with its subscription and the rights of Pub/Sub first; then change the subscription. What lies in the old one stays there.',
          ),
  }),
  ...rulesAbout(ofOperation, {
    'operations.*': operationRuling,
    'operations.*.action': breaks(
      'A sender and a receiver are different programs with different rights.',
      'Add an operation of the other kind, and remove this one when it is no longer used.',
    ),
    'operations.*.channel.**': breaks(
      'The other side of this topic still sends or waits there.',
      'Add an operation for the other topic; move its receivers first, then its senders; remove this one when the old topic is empty.',
    ),
    'operations.*.x-component': ordered(
      'Another program sends or receives: it needs its rights and its subscription, and for a while both work.',
      'Deploy the new program with its rights; both may run, since repeats are harmless; then stop the old one.',
    ),
    'operations.*.messages': listRuling({
      added: ordered(
        'The sender no longer sends every message of the topic, and receivers may wait for the others.',
        'Make sure that no receiver waits for what is no longer sent; then change the sender.',
      ),
      removed: ordered(
        'The sender may send every message of the topic from now on.',
        'Let every receiver of the topic take all of its messages first; then change the sender.',
      ),
    }),
    'operations.*.messages.**': byKind({
      added: ordered(
        'A receiver of today may not take this message from this sender.',
        'Deploy the receivers first, then the sender.',
      ),
      removed: ordered(
        'Receivers may wait for a message that is no longer sent.',
        'Make sure that no receiver waits for it; then change the sender.',
      ),
    }),
  }),
  ...rulesAbout(ofMessage, {
    'components.messages.*.x-phase': breaks(
      'Receivers tell messages apart by their phase before they judge them.',
      'Add a message of the other phase beside this one; let receivers take both; move the senders; remove this one.',
    ),
    'components.messages.*.contentType': ({ before, after }, { old, fresh }) =>
      (before ?? old['defaultContentType']) === (after ?? fresh['defaultContentType'])
        ? words('It says what defaultContentType says of every message.')
        : breaks(
            'Old and new programs write and read different forms.',
            'Let receivers take both forms first; then move the senders.',
          ),
  }),
];

/** Dead letters are read by people, whatever they look like. */
function messageRuling(edit: Edit, contracts: Contracts): Ruling {
  const channel = edit.path[1] ?? '';
  const is_dead_letters = [contracts.old, contracts.fresh].some((document) =>
    membersOf(document['channels']).some(([, one]) => at(one, 'x-dead-letter-channel') === channel),
  );
  if (is_dead_letters)
    return fits(
      'The topic holds what its channel could not deliver; what that is, is judged at the channel.',
    );
  if (edit.kind === 'added') {
    return ordered(
      'A receiver of today refuses a message of a kind that it does not know.',
      'Deploy the receivers first, then whoever sends it.',
    );
  }
  return breaks(
    'Messages of this kind are under way and may still be sent; a new receiver refuses them.',
    'Stop whoever sends it, wait for the retention of the subscription, then take it away from the receivers.',
  );
}

function operationRuling({ kind, before, after }: Edit): Ruling {
  const action = at(after ?? before, 'action');
  if (kind === 'added' && action === 'send') {
    return ordered(
      'What is sent before a subscription exists is lost, and a receiver that does not know it refuses it.',
      'Topic and subscription first, then the receivers, then the sender.',
    );
  }
  if (kind === 'added') {
    return ordered(
      'A subscription whose receiver does not serve it fills the dead letters.',
      'Deploy the receiver first, then its subscription.',
    );
  }
  if (action === 'send') {
    return breaks(
      'Receivers wait for messages that nobody sends any more.',
      'Take the waiting out of the receivers first, or let another program send; then stop this one.',
    );
  }
  return breaks(
    'What is sent for this receiver is read by nobody.',
    'Make sure that nothing depends on the work; stop the senders or remove the subscription; then stop the receiver.',
  );
}

function ofChannel({ path }: Edit, contracts: Contracts): readonly Party[] {
  const addresses = [contracts.old, contracts.fresh].map((document) =>
    String(at(document, 'channels', path[1] ?? '', 'address')),
  );
  return uniqueParties(addresses.flatMap((address) => topicParties(address, contracts)));
}

function ofOperation({ path }: Edit, contracts: Contracts): readonly Party[] {
  const parties = [contracts.old, contracts.fresh].flatMap((document): readonly Party[] => {
    const operation = at(document, 'operations', path[1] ?? '');
    if (operation === undefined) return [];
    return [
      ownParty(operation),
      ...ofChannel(
        { path: ['channels', channelOf(operation)], kind: 'changed', before: null, after: null },
        contracts,
      ),
    ];
  });
  return uniqueParties(parties);
}

function ownParty(operation: Json): Party {
  return {
    component: String(at(operation, 'x-component')),
    role: at(operation, 'action') === 'send' ? 'sender' : 'receiver',
  };
}

function channelOf(operation: Json): string {
  return String(at(operation, 'channel', '$ref')).replace('#/channels/', '');
}

function ofMessage({ path }: Edit, contracts: Contracts): readonly Party[] {
  const name = path[2] ?? '';
  const channels = membersOf(either(contracts, 'channels')).filter(([, channel]) =>
    membersOf(at(channel, 'messages')).some(([, one]) => at(one, '$ref') === `#/components/messages/${name}`),
  );
  return uniqueParties(
    channels.flatMap(([channel]) =>
      ofChannel({ path: ['channels', channel], kind: 'changed', before: null, after: null }, contracts),
    ),
  );
}

/** An operation without a list of messages is about every message of its channel: naming all of them changes nothing. */
function listRuling(rulings: Parameters<typeof byKind>[0]): Rule['judge'] {
  return (edit, contracts) => {
    const operation = edit.path.slice(0, 2);
    const is_same = sameJson(
      messagesOfOperation(contracts.old, operation),
      messagesOfOperation(contracts.fresh, operation),
    );
    return is_same
      ? words('The list names every message of the channel, and so does leaving it out.')
      : byKind(rulings)(edit, contracts);
  };
}

function messagesOfOperation(document: JsonObject, operation: readonly string[]): readonly string[] {
  const listed = entriesOf(at(document, ...operation, 'messages')).map((entry) => String(at(entry, '$ref')));
  if (listed.length > 0) return listed.sort();
  const place = String(at(document, ...operation, 'channel', '$ref'));
  const all = membersOf(at(document, ...place.replace('#/', '').split('/'), 'messages'));
  return all.map(([name]) => `${place}/messages/${name}`).sort();
}
