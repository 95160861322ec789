import { FEWER_PLAYED } from '../checks/drawn/run/all.ts';
import { REPLACED_INPUT } from '../checks/recipes/sound.ts';
import { instanceOf } from '../contract/instances.ts';
import { FLOOD_MARKER } from '../harness/observation/embedded.ts';
import type { CloudUse } from '../harness/observation/survey.ts';
import type { History } from '../history/events.ts';
import { answerTo, deliveries } from '../history/select.ts';
import type { Target } from '../targets/description.ts';

/**
 * Say what explains many failures at once: a process that ends, or a project, a broker or a topic that it looks for in the
 * wrong place. Such a sentence stands before every failure.
 *
 * @param uses what each instance asked of the cloud; empty where the judge does not see calls.
 * @param started the instances that have addresses of their own, by name.
 */
export function noticesOf(
  uses: readonly CloudUse[],
  started: readonly string[],
  histories: readonly History[],
  target: Pick<Target, 'file' | 'environment_names'>,
): readonly string[] {
  return [
    ...tellEnds(histories),
    ...uses.flatMap((use) => tellElsewhere(use, target)),
    ...uses.flatMap((use) => tellMissingTopics(use, target)),
    ...started
      .filter((instance) => !uses.some((use) => use.instance === instance))
      .flatMap((instance) => tellSilence(instance, histories, target)),
  ];
}

/** A process that ends may break anything that it has in hand, whatever requirement shows it. */
function tellEnds(histories: readonly History[]): readonly string[] {
  const ends = new Map<string, Set<number>>();
  for (const event of histories.flat()) {
    if (event.kind !== 'process' || event.change !== 'ended') continue;
    ends.set(event.component, (ends.get(event.component) ?? new Set()).add(event.sequence));
  }
  return [...ends].map(
    ([component, { size }]) =>
      `${component} ended by itself ${count(size)} with deliveries in hand, and was started again. Mend this first: what it had in hand is lost or comes again, so much of what follows may come of it. --keep-output DIR keeps its last words.`,
  );
}

function tellElsewhere(
  { instance, elsewhere }: CloudUse,
  { file, environment_names }: Pick<Target, 'file' | 'environment_names'>,
): readonly string[] {
  return [...elsewhere].map(
    ([project, times]) =>
      `${nameOf(instance)} called project "${project}" ${count(times)}, which is not this run's; the judge passes the project in ${environment_names.project}: read it there, or set environment_names.project in ${file}.`,
  );
}

function tellMissingTopics(
  { instance, missing_topics }: CloudUse,
  { file }: Pick<Target, 'file'>,
): readonly string[] {
  return [...missing_topics].map(
    ([topic, times]) =>
      `${nameOf(instance)} published to "${topic}" ${count(times)} and was answered NOT_FOUND: the contract has no such topic. Correct the name, or say in ${file} under names.topics which topic of the contract it stands for.`,
  );
}

/** Markers that say how the judge dealt with what no right target does, or what it had no time for. */
const TOLD_MARKERS: readonly string[] = [FLOOD_MARKER, REPLACED_INPUT, FEWER_PLAYED];
const TOLD_MAX = 2;

/** Say what the judge left out or replaced of what a target published: the first of each kind, and how many there were. */
export function markedNotices(histories: readonly History[]): readonly string[] {
  return TOLD_MARKERS.flatMap((name) => {
    const found = histories.flatMap((history) =>
      history.flatMap((event) => (event.kind === 'marker' && event.name === name ? [event.sentence] : [])),
    );
    const sentences = [...new Set(found)];
    const rest = sentences.length - TOLD_MAX;
    const told = sentences.slice(0, TOLD_MAX).map((sentence) => `${sentence}.`);
    return rest > 0 ? [...told, `And ${rest} more of the kind; --keep-output shows them.`] : told;
  });
}

/** It answered, and asked the cloud for nothing at all. */
function tellSilence(
  instance: string,
  histories: readonly History[],
  { file, environment_names }: Pick<Target, 'file' | 'environment_names'>,
): readonly string[] {
  const { component, replica } = instanceOf(instance);
  const acked = histories.reduce(
    (total, history) =>
      total +
      deliveries(history, component).filter(
        (delivery) => (delivery.replica ?? 1) === replica && answerTo(history, delivery)?.acked === true,
      ).length,
    0,
  );
  if (acked === 0) return [];
  return [
    `${instance} acked ${acked} ${acked === 1 ? 'delivery' : 'deliveries'} and never called the broker or the store. They are at the addresses in ${environment_names.pubsub_host} and ${environment_names.firestore_host}; if it reads others, name them in ${file} under environment_names.`,
  ];
}

function nameOf(instance: string | null): string {
  return instance ?? 'The target';
}

function count(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
