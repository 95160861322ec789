import type { RequirementId } from '../../../generated/requirements.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { ComponentName } from '../../contract/names.ts';
import type { History, PublishEvent } from '../../history/events.ts';
import { executionOf, publishes, text } from '../../history/select.ts';
import type { AnomalyName } from '../anomalies.ts';
import type { Anomaly } from '../check.ts';
import { claimKeys, isMadeBy } from '../identifying/claims.ts';
import { distinct } from '../identifying/facets.ts';
import { outputTopics } from '../identifying/keys.ts';
import type { Owed } from '../owed/deliveries.ts';
import { missingFor } from '../owed/missing.ts';
import { counts } from '../owed/names.ts';
import { owedBy } from '../owed/owed.ts';
import { marker, refusalOf } from './answers.ts';
import { cite, listed } from './cite.ts';
import { mayBeOfNeighbour } from './neighbours.ts';
import { mayHaveGivenUp } from './slowness.ts';

/** Which requirement each kind of wrong output breaks; a kind that is left out is not this check's business. */
export interface OutputPromises {
  /** Owed and never published: acked and forgotten, or never acked however often it was delivered. */
  readonly lost?: RequirementId;
  /** False for a history that ends before the judge is done delivering. Default true. */
  readonly ended?: boolean;
  /** Two runs where one was owed: two execution ids. */
  readonly double?: RequirementId;
  /** The same run published twice although nothing went wrong; at most a SHOULD, since its receiver recognises it. */
  readonly repeated?: RequirementId;
  /** The same run published again after a marker, when all was acked and confirmed: nothing could ask for it any more. */
  readonly again?: { readonly requirement: RequirementId; readonly after: string };
  /** Published before what it waits for had arrived. */
  readonly early?: RequirementId;
  /** Published although nothing asks for it. */
  readonly phantom?: RequirementId;
  /** Judge only what goes to these topics. Default: every topic of the component. */
  readonly topics?: readonly string[];
  /** What to call an output that nothing asks for. Default: phantom completion, or early trigger for triggers. */
  readonly phantom_name?: AnomalyName;
  /** All that came, where what must be refused was left out of the history. Default: the history. */
  readonly whole?: History;
}

/** Promise the same requirement for whatever goes wrong with the completions of a set. */
export function every(requirement: RequirementId): OutputPromises {
  return { lost: requirement, early: requirement, phantom: requirement, double: requirement };
}

/** Judge what a component published against what it owed. */
export function judgeOutputs(
  history: History,
  component: ComponentName,
  promises: OutputPromises,
): readonly Anomaly[] {
  const topics = promises.topics ?? outputTopics(component);
  const owed = owedBy(history, component).filter((debt) => topics.includes(debt.topic));
  const made = publishes(history).filter(
    (message) => topics.includes(message.topic) && isMadeBy(history, message, component),
  );
  const keys = claimKeys(history, component, owed, made);
  const byKey = new Map<string, readonly PublishEvent[]>();
  for (const [message, claimed] of keys) {
    const key = `${message.topic} ${claimed}`;
    byKey.set(key, [...(byKey.get(key) ?? []), message]);
  }
  return [
    ...owed.flatMap((debt) =>
      judgeLost(history, debt, byKey.get(`${debt.topic} ${debt.key}`) ?? [], promises),
    ),
    ...owed.flatMap((debt) =>
      judgeEarly(history, component, debt, byKey.get(`${debt.topic} ${debt.key}`) ?? [], promises),
    ),
    ...[...byKey.values()].flatMap((messages) => judgeDouble(history, component, keys, messages, promises)),
    ...made.flatMap((message) =>
      judgePhantom(history, component, keys.get(message) ?? '', owed, message, promises),
    ),
  ];
}

function judgeLost(
  history: History,
  debt: Owed,
  messages: readonly PublishEvent[],
  { lost, ended = true }: OutputPromises,
): readonly Anomaly[] {
  if (lost === undefined || messages.length > 0 || debt.causes.length === 0) return [];
  const end = history.at(-1)?.sequence ?? 0;
  const causes = listed('Delivery', debt.causes);
  if (debt.due) {
    return [
      {
        requirement: lost,
        anomaly: isTrigger(debt.topic) ? 'lost trigger' : 'lost message',
        proof: `${causes} ${debt.causes.length === 1 ? 'was' : 'were all'} ${taken(history, debt.causes)}, which obliges to publish ${debt.key} to ${debt.topic}. By the end of the history (#${end}) nothing of the kind was published, and nobody will ask again.`,
        events: debt.causes,
      },
    ];
  }
  if (!ended) return [];
  return [
    {
      requirement: lost,
      anomaly: 'refused message',
      proof: `${causes} ${debt.causes.length === 1 ? 'obliges' : 'oblige'} to publish ${debt.key} to ${debt.topic}. Not all of them were acked, however often they were delivered, and by the end of the history (#${end}) nothing of the kind was published.${refusalOf(history, debt.causes)}`,
      events: debt.causes,
    },
  ];
}

function judgeEarly(
  history: History,
  component: string,
  debt: Owed,
  messages: readonly PublishEvent[],
  { early, whole = history }: OutputPromises,
): readonly Anomaly[] {
  const first = messages[0];
  if (early === undefined || first === undefined || first.sequence > debt.not_before) return [];
  const missing = missingFor(whole, component, debt.key, first.sequence);
  return [
    {
      requirement: early,
      anomaly: isTrigger(debt.topic) ? 'early trigger' : 'phantom completion',
      proof: `${cite(first)} published ${debt.key} to ${debt.topic}, but the last of what it waits for came only with #${debt.not_before}.${missing.sentence}`,
      events: [first.sequence, debt.not_before, ...missing.events],
      // A repeat says what was decided too early.
      occurrences: [messages.map(({ sequence }) => sequence)],
    },
  ];
}

function judgeDouble(
  history: History,
  component: ComponentName,
  keys: ReadonlyMap<PublishEvent, string>,
  messages: readonly PublishEvent[],
  promises: OutputPromises,
): readonly Anomaly[] {
  const [first] = messages;
  if (first === undefined) return [];
  const key = keys.get(first) ?? '';
  // A run that failed or found nothing may be repeated; two that succeeded may not.
  const done = messages.filter(
    (message) => counts(message.message) || text(message.message, 'status') === '',
  );
  const ids = distinct(done.map((message) => executionOf(message.message)));
  const events = done.map((message) => message.sequence);
  if (promises.double !== undefined && ids.length > 1) {
    return [
      {
        requirement: promises.double,
        anomaly: isTrigger(first.topic) ? 'double trigger' : 'double run',
        proof: `${key} was published to ${first.topic} under ${ids.length} execution ids (${ids.join(', ')}) by ${listed('publish', events)}. A receiver cannot tell that they are the same work.`,
        events,
      },
    ];
  }
  if (history.some(isFault)) return [];
  return ids.flatMap((id) => {
    const alike = done.filter((message) => executionOf(message.message) === id);
    const [begun] = alike;
    const own = alike.filter(
      (message) =>
        begun === undefined ||
        message === begun ||
        !(
          mayBeOfNeighbour(history, component, begun.sequence, message) ||
          mayHaveGivenUp(history, component, begun, message)
        ),
    );
    return judgeRepeated(history, own, key, promises);
  });
}

function judgeRepeated(
  history: History,
  messages: readonly PublishEvent[],
  key: string,
  { repeated, again }: OutputPromises,
): readonly Anomaly[] {
  const [first, ...others] = messages;
  if (first === undefined || others.length === 0) return [];
  const moment = again === undefined ? undefined : marker(history, again.after);
  const late = others.filter(({ sequence }) => moment !== undefined && sequence > moment.sequence);
  if (again !== undefined && moment !== undefined && late.length > 0) {
    const events = late.map(({ sequence }) => sequence);
    return [
      {
        requirement: again.requirement,
        anomaly: 'repeated message',
        proof: `${key} was published to ${first.topic} by ${cite(first)}, and again with the same execution id by ${listed('publish', events)}, after ${cite(moment)}, when ${moment.sentence}.`,
        events: [first.sequence, moment.sequence, ...events],
      },
    ];
  }
  if (repeated === undefined) return [];
  const events = messages.map(({ sequence }) => sequence);
  return [
    {
      requirement: repeated,
      anomaly: 'repeated message',
      proof: `${key} was published to ${first.topic} ${messages.length} times with the same execution id (${listed('publish', events)}), although no publish failed and no instance died.`,
      events,
    },
  ];
}

function judgePhantom(
  history: History,
  component: string,
  key: string,
  owed: readonly Owed[],
  message: PublishEvent,
  { phantom, phantom_name, whole = history }: OutputPromises,
): readonly Anomaly[] {
  const status = text(message.message, 'status');
  const is_done = status === '' || counts(message.message);
  if (phantom === undefined || !is_done) return [];
  if (owed.some((debt) => debt.topic === message.topic && debt.key === key)) return [];
  const missing = missingFor(whole, component, key, message.sequence);
  return [
    {
      requirement: phantom,
      anomaly: phantom_name ?? (isTrigger(message.topic) ? 'early trigger' : 'phantom completion'),
      proof: `${cite(message)} published ${key} to ${message.topic}, and no set of deliveries in this history asks for it: what it stands for was incomplete, not to be counted, or told to stay silent.${missing.sentence}`,
      events: [message.sequence, ...missing.events],
    },
  ];
}

/** How deliveries ended: by an ack that was seen, or in the hands of a subscription that delivers until there is one. */
function taken(history: History, causes: readonly number[]): string {
  const is_seen = !history.some(
    (event) => event.kind === 'delivery' && event.road !== undefined && causes.includes(event.sequence),
  );
  return is_seen ? 'acked' : 'handed to a subscription of the project and came back as no dead letter';
}

function isTrigger(topic: string): boolean {
  return topic === TOPIC.phase4Trigger;
}

/** What makes a repeat right: a fault, an instance that went, or a publish of the target that failed. */
function isFault(event: History[number]): boolean {
  if (event.kind === 'call') return event.service === 'pubsub' && event.outcome !== 'OK';
  return event.kind === 'fault' || event.kind === 'process';
}
