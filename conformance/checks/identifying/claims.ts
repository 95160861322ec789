import { ORCHESTRATORS, TOPIC } from '../../../generated/topology.ts';
import type { History, PublishEvent } from '../../history/events.ts';
import { deliveries } from '../../history/select.ts';
import type { Owed } from '../owed/deliveries.ts';
import { levelsOf } from './facets.ts';
import { candidateKeys } from './keys.ts';

/**
 * Find for each published message the work that it stands for. One that says it has it; a malformed one has the first of
 * what it may stand for that is owed, is due by then and that nobody else stands for. So what is malformed is not lost.
 *
 * @param component who published them.
 */
export function claimKeys(
  history: History,
  component: string,
  owed: readonly Owed[],
  messages: readonly PublishEvent[],
): ReadonlyMap<PublishEvent, string> {
  const told = messages.map((message) => ({ message, keys: candidateKeys(history, message, component) }));
  const claims = new Map<PublishEvent, string>();
  const taken = new Set<string>();
  const claim = (message: PublishEvent, key: string): void => {
    claims.set(message, key);
    taken.add(`${message.topic} ${key}`);
  };
  for (const { message, keys } of told) {
    if (keys.length <= 1) claim(message, keys[0] ?? '');
  }
  for (const { message, keys } of told) {
    if (keys.length <= 1) continue;
    const debts = keys.flatMap(
      (key) => owed.find((debt) => debt.topic === message.topic && debt.key === key) ?? [],
    );
    const open = debts.filter(({ topic, key }) => !taken.has(`${topic} ${key}`));
    const best = open.find(({ not_before }) => not_before < message.sequence) ?? debts[0];
    claim(message, best?.key ?? keys[0] ?? '');
  }
  return claims;
}

/** Both orchestrators send to one topic; everybody else has topics of its own. */
export function isMadeBy(history: History, message: PublishEvent, component: string): boolean {
  const sharing = Object.keys(ORCHESTRATORS);
  if (message.topic !== TOPIC.phase4Trigger || !sharing.includes(component)) return true;
  if (message.component !== undefined && sharing.includes(message.component)) {
    return message.component === component;
  }
  const levels = levelsOf(message);
  const senders = Object.entries(ORCHESTRATORS).filter(([, { levels: own }]) =>
    own.some(({ level }) => levels.includes(level)),
  );
  // One that tells nothing of its level is whoever's that had something to send.
  const working = senders.filter(
    ([name]) =>
      senders.length === 1 || deliveries(history, name).some(({ sequence }) => sequence < message.sequence),
  );
  return (working[0] ?? senders[0])?.[0] === component;
}
