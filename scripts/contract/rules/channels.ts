import { pasteable } from '../blocks/block.ts';
import { deadLetterBlocks, deadLetterOf, missingOperationBlock } from '../blocks/messaging.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, entriesOf, isObject, type Json, membersOf } from '../json.ts';

const CHANNEL_PREFIX = '#/channels/';

/** Check that every channel is sent to and received from, and that dead letters lead somewhere. */
export function channelProblems(contract: Contract): readonly ContractProblem[] {
  const channels = membersOf(contract.document['channels']);
  return [
    ...channels.flatMap(([name, channel]) => [
      ...partyProblems(contract, name, channel),
      ...deadLetterProblems(contract, name, channel),
      ...bindingProblems(contract, ['channels', name], channel),
    ]),
    ...addressProblems(contract, channels),
    ...membersOf(contract.document['operations']).flatMap(([name, operation]) =>
      operationProblems(contract, name, operation),
    ),
    ...membersOf(at(contract.document, 'components', 'messages')).flatMap(([name, message]) =>
      bindingProblems(contract, ['components', 'messages', name], message),
    ),
  ];
}

function partyProblems(contract: Contract, name: string, channel: Json): readonly ContractProblem[] {
  const own = membersOf(contract.document['operations'])
    .map(([, operation]) => operation)
    .filter((operation) => at(operation, 'channel', '$ref') === `${CHANNEL_PREFIX}${name}`);
  return (['send', 'receive'] as const).flatMap((action) => {
    if (own.some((operation) => at(operation, 'action') === action)) return [];
    return [
      {
        line: contract.lineOf(['channels', name]),
        what: `expected a component that ${action}s on channel ${name}, found none`,
        todo: `add an operation with action ${action}, this channel and an x-component`,
        paste: pasteable([missingOperationBlock(name, String(at(channel, 'address')), action)]),
      },
    ];
  });
}

function deadLetterProblems(contract: Contract, name: string, channel: Json): readonly ContractProblem[] {
  const { document } = contract;
  const address = String(at(channel, 'address'));
  const target = at(channel, 'x-dead-letter-channel');
  if (target === undefined) {
    if (address.endsWith('-dlq')) return [];
    const what = `expected channel ${name} to have x-dead-letter-channel, found none`;
    return [
      {
        line: contract.lineOf(['channels', name]),
        what,
        todo: `add a channel with address ${address}-dlq and name it`,
        paste: `# at the end of channels.${name}\n    x-dead-letter-channel: ${deadLetterOf(name)}\n${missingDeadLetters(contract, name, channel)}`,
      },
    ];
  }
  const line = contract.lineOf(['channels', name, 'x-dead-letter-channel']);
  const deadLetter = at(document, 'channels', String(target));
  if (!isObject(deadLetter)) {
    const what = `expected x-dead-letter-channel of ${name} to name a channel, got ${String(target)}`;
    const paste = missingDeadLetters(contract, name, channel);
    const todo = 'add that channel or correct the name';
    return [{ line, what, todo, ...(String(target) === deadLetterOf(name) ? { paste } : {}) }];
  }
  const problems: ContractProblem[] = [];
  if (deadLetter['address'] !== `${address}-dlq`) {
    const what = `expected dead-letter channel ${String(target)} to have address ${address}-dlq, got ${String(deadLetter['address'])}`;
    problems.push({
      line: contract.lineOf(['channels', String(target), 'address']),
      what,
      todo: 'correct the address',
    });
  }
  if (messagesOf(deadLetter) !== messagesOf(channel)) {
    const what = `expected dead-letter channel ${String(target)} to carry the messages of ${name}: ${messagesOf(channel)}; got ${messagesOf(deadLetter)}`;
    problems.push({
      line: contract.lineOf(['channels', String(target), 'messages']),
      what,
      todo: 'list the same messages',
    });
  }
  return problems;
}

/** Show the blocks without which the deliveries of a channel vanish; nothing when its dead letters are there and only not named. */
function missingDeadLetters(contract: Contract, name: string, channel: Json): string {
  if (at(contract.document, 'channels', deadLetterOf(name)) !== undefined) return '';
  const blocks = deadLetterBlocks(
    contract.text,
    name,
    String(at(channel, 'address')),
    messagesOf(channel).split(', '),
  );
  return pasteable(blocks);
}

function messagesOf(channel: Json): string {
  return membersOf(at(channel, 'messages'))
    .map(([, message]) => String(at(message, '$ref')).split('/').at(-1))
    .sort()
    .join(', ');
}

function addressProblems(
  contract: Contract,
  channels: readonly (readonly [string, Json])[],
): readonly ContractProblem[] {
  const first = new Map<string, string>();
  return channels.flatMap(([name, channel]) => {
    const address = String(at(channel, 'address'));
    const other = first.get(address);
    first.set(address, other ?? name);
    if (other === undefined) return [];
    const what = `expected channel ${name} to have an address of its own, got ${address}, which ${other} has`;
    return [
      { line: contract.lineOf(['channels', name, 'address']), what, todo: 'give one of them another topic' },
    ];
  });
}

function operationProblems(contract: Contract, name: string, operation: Json): readonly ContractProblem[] {
  const component = String(at(operation, 'x-component'));
  const channel = String(at(operation, 'channel', '$ref'));
  const problems: ContractProblem[] = [];
  if (at(contract.document, 'x-components', component) === undefined) {
    problems.push({
      line: contract.lineOf(['operations', name, 'x-component']),
      what: `expected x-component of ${name} to be listed under x-components, got ${component}`,
      todo: 'add the component or correct the name',
    });
  }
  for (const [index, message] of entriesOf(at(operation, 'messages')).entries()) {
    const target = String(at(message, '$ref'));
    if (target.startsWith(`${channel}/messages/`)) continue;
    problems.push({
      line: contract.lineOf(['operations', name, 'messages', index]),
      what: `expected the messages of ${name} to be messages of ${channel}, got ${target}`,
      todo: 'refer to a message of the same channel',
    });
  }
  return problems;
}

/** Refuse Pub/Sub schema settings: the service knows Avro and Protocol Buffers only, and these messages are JSON. */
function bindingProblems(contract: Contract, path: Path, holder: Json): readonly ContractProblem[] {
  const binding = at(holder, 'bindings', 'googlepubsub');
  return ['schemaSettings', 'schema'].flatMap((key) => {
    if (at(binding, key) === undefined) return [];
    const what = `expected no googlepubsub ${key} at ${path.join('.')}, since Pub/Sub schemas cannot be JSON Schema`;
    return [
      { line: contract.lineOf([...path, 'bindings', 'googlepubsub', key]), what, todo: 'remove the binding' },
    ];
  });
}
