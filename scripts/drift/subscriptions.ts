import type { LiveProject, LiveResource } from '../deploy/topology/resource.ts';
import type { Finding } from './finding.ts';

/** What Pub/Sub calls the topic of a subscription whose topic was deleted. */
const DELETED_TOPIC = '_deleted-topic_';

/**
 * Look at subscriptions together: two that deliver one topic to one component, those whose topic is gone, and topics
 * that nobody reads. Each of these loses or doubles messages without any error.
 */
export function subscriptionFindings({ resources }: LiveProject): readonly Finding[] {
  const subscriptions = resources.filter(({ kind }) => kind === 'subscription');
  const topics = resources.filter(({ kind }) => kind === 'topic');
  // What is kept in BigQuery is not worked on.
  const readers = subscriptions.filter(({ settings }) => typeof settings['bigquery_table'] !== 'string');
  return [
    ...duplicates(subscriptions),
    ...subscriptions.filter(({ settings }) => settings['topic'] === DELETED_TOPIC).map(orphan),
    ...topics
      .filter(({ name }) => !readers.some(({ settings }) => settings['topic'] === name))
      .map(({ kind, name }): Finding => {
        const what = `nobody reads topic ${name}: what is published to it is lost without an error`;
        return {
          drift: 'unread',
          kind,
          name,
          what,
          todo: 'add a subscription, or remove the topic and its sender',
        };
      }),
  ];
}

function duplicates(subscriptions: readonly LiveResource[]): readonly Finding[] {
  const byTarget = new Map<string, LiveResource[]>();
  for (const one of subscriptions) {
    const target = targetOf(one);
    if (target !== null) byTarget.set(target, [...(byTarget.get(target) ?? []), one]);
  }
  return [...byTarget.values()]
    .filter((same) => same.length > 1)
    .map((same): Finding => {
      const names = same.map(({ name }) => name);
      const topic = String(same[0]?.settings['topic']);
      return {
        drift: 'duplicate',
        kind: 'subscription',
        name: names.join(', '),
        what: `${names.join(' and ')} both deliver ${topic} to the same component: every message arrives ${same.length} times`,
        todo: 'delete the one that is not in the contract',
      };
    });
}

/** Names topic and component of a push subscription; the path does not matter. */
function targetOf({ settings }: LiveResource): string | null {
  const endpoint = settings['push_endpoint'];
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return null;
  return `${settings['topic']} ${new URL(endpoint).host}`;
}

function orphan({ kind, name }: LiveResource): Finding {
  const what = `the topic of subscription ${name} was deleted: nothing arrives through it any more`;
  return {
    drift: 'orphan',
    kind,
    name,
    what,
    todo: 'delete it; a deployment makes it again if the contract wants it',
  };
}
