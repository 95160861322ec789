import { TOPICS } from '../../../generated/topology.ts';
import type { MessageName, Problem } from '../../../generated/validation.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { validateBy } from '../../contract/versions.ts';
import type { History, Payload, PublishEvent } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { messageOfTopic } from '../identifying/topics.ts';
import { cite } from './cite.ts';

/** Give the versions of the contract of which one must allow what is sent to a topic. */
export type VersionsSent = (topic: string) => readonly string[];

const OF_TODAY: VersionsSent = () => [CONTRACT.version];

/** Judge that every published message has the exact shape of its topic, and went to the right one. */
export function judgeShape(history: History, sent: VersionsSent = OF_TODAY): readonly Anomaly[] {
  return publishes(history).flatMap((published) => judgeMessage(published, sent(published.topic)));
}

function judgeMessage(published: PublishEvent, versions: readonly string[]): readonly Anomaly[] {
  const events = [published.sequence];
  const { message, topic } = published;
  const expected = messageOfTopic(topic);
  const from = text(message, 'processor_name') || 'its sender';
  if (expected === undefined) {
    if (!(topic in TOPICS) && !isOfContract(message)) return [];
    return [
      {
        requirement: 'TOPO-001',
        anomaly: 'wrong topic',
        proof: `${cite(published)} published to ${topic}, a topic that the contract gives to no component.`,
        events,
      },
    ];
  }
  if (message === null) {
    return [
      {
        requirement: 'MSG-001',
        anomaly: 'invalid message',
        proof: `${cite(published)} published to ${topic} what is no JSON object: "${published.raw?.slice(0, 80)}".`,
        events,
      },
    ];
  }
  const problems = problemsOf(versions, expected, message);
  if (problems.length === 0) return judgeAttributes(published, message);
  const home = topicThatFits(message, versions);
  if (home !== undefined && home !== topic) {
    return [
      {
        requirement: 'TOPO-001',
        anomaly: 'wrong topic',
        proof: `${cite(published)} published a valid message of ${home} to ${topic}. Whoever waits for it there never gets it.`,
        events,
      },
    ];
  }
  const of = (requirement: 'MSG-001' | 'MSG-002', wrong: readonly Problem[]): readonly Anomaly[] => {
    if (wrong.length === 0) return [];
    const told = wrong.map(({ field, expected: owed, got }) => `${field} must be ${owed}, got ${got}`);
    return [
      {
        requirement,
        anomaly: 'invalid message',
        proof: `${cite(published)} published by ${from} to ${topic} breaks ${expected}${ofVersions(versions)}: ${told.join('; ')}.`,
        events,
        alike: `${topic}: ${wrong.map(({ field, expected: owed }) => `${field} ${owed}`).join('; ')}`,
      },
    ];
  };
  return [
    ...of(
      'MSG-001',
      problems.filter((problem) => !isLeftOut(problem)),
    ),
    ...of('MSG-002', problems.filter(isLeftOut)),
  ];
}

/** A topic of the target's own may carry what is no message of the contract, such as a figure or a word to another instance. */
function isOfContract(message: Payload | null): boolean {
  const [phase, processor, player] = ['phase', 'processor_name', 'player_lookup'].map((field) =>
    text(message, field),
  );
  return (phase !== '' && processor !== '') || (player !== '' && text(message, 'execution_id') !== '');
}

/** None where one version allows it, else those of the last version. */
function problemsOf(versions: readonly string[], expected: MessageName, message: object): readonly Problem[] {
  let problems: readonly Problem[] = [];
  for (const version of versions) {
    problems = validateBy(version, expected, 'send', message);
    if (problems.length === 0) return [];
  }
  return problems;
}

function ofVersions(versions: readonly string[]): string {
  return versions.join() === CONTRACT.version ? '' : ` of contract ${versions.join(' and ')}`;
}

/** A nullable field that is not there. */
function isLeftOut({ got, expected }: Problem): boolean {
  return got === 'nothing' && expected.includes('null');
}

/** Nothing more to say of a valid message, unless its attributes contradict it. */
function judgeAttributes(published: PublishEvent, message: object): readonly Anomaly[] {
  const wrong = Object.entries(published.attributes).find(
    ([name, value]) => IDENTITY.includes(name) && text(message, name) !== '' && text(message, name) !== value,
  );
  if (wrong === undefined) return [];
  return [
    {
      requirement: 'MSG-001',
      anomaly: 'invalid message',
      proof: `${cite(published)} carries the attribute ${wrong[0]} "${wrong[1]}", but its message says "${text(message, wrong[0])}".`,
      events: [published.sequence],
    },
  ];
}

/** Attributes that repeat a field of the message; a subscription filters by them. */
const IDENTITY = ['processor_name', 'phase', 'game_date', 'correlation_id', 'execution_id'];

/** Topics whose message this is, when exactly one topic takes it. */
function topicThatFits(message: object, versions: readonly string[]): string | undefined {
  const fitting = Object.keys(TOPICS).filter((topic) => {
    const name = messageOfTopic(topic);
    return name !== undefined && problemsOf(versions, name, message).length === 0;
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}
