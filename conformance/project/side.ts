import type { Topic } from '@google-cloud/pubsub';
import { TOPIC } from '../../generated/topology.ts';
import type { ComponentName } from '../contract/names.ts';
import { dayAfter } from '../harness/messages/dates.ts';
import type { ProjectSide, Standing } from '../harness/world/project.ts';
import type { DeliveryEvent } from '../history/events.ts';
import type { Recorder } from '../history/recorder.ts';
import { publishes, text } from '../history/select.ts';
import type { Target } from '../targets/description.ts';
import type { Naming } from '../targets/naming.ts';
import { answerOf, type ProjectClients } from './connection.ts';
import type { Authorise } from './identity.ts';
import { RUN_ATTRIBUTE } from './listening/observe.ts';
import { createSentinels } from './sentinels.ts';

/** What the judge's hands in a project need to know. */
export interface SideSettings {
  readonly clients: ProjectClients;
  readonly run_id: string;
  readonly target: Target;
  readonly naming: Naming;
  readonly recorder: Recorder;
  readonly authorise: Authorise;
  /** Aborts, with the error that ends the run, when the judge has lost its ears. */
  readonly deaf: AbortSignal;
  readonly tell: (sentence: string) => void;
}

/** The judge's hands in a project, and what its ears wait for. */
export interface Side extends ProjectSide {
  /** Resolves when whatever is being published right now is on record. */
  published(): Promise<void>;
  /** Components that the judge has published to. */
  touched(): readonly string[];
  /**
   * Publishes nothing for cases any more: those that were under way when the run was ended stop where they are. Resolves when
   * a last sentinel went through each orchestrator, so that nothing of this run is still on its way there, or `within_ms`.
   */
  close(within_ms: number): Promise<void>;
}

/** Creates what publishes to real topics, waits for what is owed and sends sentinels. */
export function createProjectSide(settings: SideSettings): Side {
  const { target, recorder, authorise, deaf, tell } = settings;
  const { patience_seconds, reserved_dates, past_dates } = target.project;
  const patience_ms = patience_seconds * 1000;
  const { send, published, touched } = createPublishing(settings);
  let is_open = true;
  let sentinel_dates = 0;
  const sentinels = createSentinels({
    // From the end of the range, where no case begins.
    nextDate: () => dayAfter(reserved_dates.to, -sentinel_dates++),
    publish: ({ component, topic }, message) => send({ component, topic, message }, ['sentinel']),
    async triggered(game_date, level) {
      deaf.throwIfAborted();
      const arrived = await recorder.until(() => hasTrigger(recorder, game_date, level), patience_ms, deaf);
      deaf.throwIfAborted();
      return arrived;
    },
    tell,
  });
  const passThrough = (components: readonly string[]): Promise<unknown> =>
    Promise.all(components.map((component) => sentinels.pass(component)));
  const requireOpen = (what: string): void => {
    if (!is_open) throw new Error(`the run is over; ${what}`);
    deaf.throwIfAborted();
  };
  return {
    calendar: { future: reserved_dates.from, past: past_dates.from },
    async publish(delivery, marks) {
      requireOpen('nothing is published any more');
      return send(delivery, marks);
    },
    async settle(state, components) {
      await untilWhole(recorder, state, patience_ms, deaf);
      deaf.throwIfAborted();
      await passThrough(components);
    },
    async headersFor(url) {
      requireOpen('nobody is called any more');
      return authorise(url);
    },
    published,
    touched,
    async close(within_ms) {
      is_open = false;
      await published();
      if (deaf.aborted) return;
      await withinMs(passThrough(touched()), within_ms);
    },
  };
}

/** Creates what publishes for the judge, and puts it on record under the id that the broker gave. */
function createPublishing(settings: SideSettings): Pick<Side, 'published' | 'touched'> & {
  readonly send: ProjectSide['publish'];
} {
  const { run_id, target, recorder, naming } = settings;
  const post = createPost(settings);
  const under_way = new Set<Promise<unknown>>();
  const touched = new Set<string>();
  return {
    published: async () => void (await Promise.all(under_way)),
    touched: () => [...touched],
    send({ component, topic, message, attributes, data, defect = null }, marks) {
      touched.add(component);
      const { form = 'push_envelope' } = target.components[component as ComponentName]?.delivery ?? {};
      const body = data ?? JSON.stringify(message === null ? null : naming.actualMessage(message));
      const publishing = post(topic, body, { ...attributes, [RUN_ATTRIBUTE]: run_id }).then((message_id) => {
        const about = { component, topic, form, message_id, message, defect, marks: [...marks, message_id] };
        return recorder.append({ kind: 'delivery', attempt: 1, road: 'topic', ...about }) as DeliveryEvent;
      });
      const done = publishing.catch(() => {}).finally(() => under_way.delete(done));
      under_way.add(done);
      return publishing;
    },
  };
}

/** Waits for work, but not longer. */
async function withinMs(work: Promise<unknown>, patience_ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience_ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Waits until all is there; gives up when nothing has come for `patience_ms`, or as soon as `given_up`, since every effect is the cause of the next.
 *
 * @returns whether all is there.
 */
export async function untilWhole(
  recorder: Pick<Recorder, 'until'>,
  state: () => Standing,
  patience_ms: number,
  given_up?: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const before = state();
    if (before.is_whole) return true;
    if (given_up?.aborted === true) return false;
    const has_moved = await recorder.until(() => state().progress > before.progress, patience_ms, given_up);
    if (!has_moved) return false;
  }
}

/** Publishers are kept, since each gathers messages for a moment before it sends them. */
function createPost({ clients, naming }: SideSettings) {
  const topics = new Map<string, Topic>();
  return (topic: string, data: string, attributes: Readonly<Record<string, string>>): Promise<string> => {
    const known = topics.get(topic) ?? clients.pubsub.topic(naming.actualTopic(topic));
    topics.set(topic, known);
    const asked = known.publishMessage({ data: Buffer.from(data, 'utf8'), attributes: { ...attributes } });
    return answerOf(`publish on ${known.name}`, asked);
  };
}

function hasTrigger(recorder: Recorder, game_date: string, level: number): boolean {
  return publishes(recorder.all(), TOPIC.phase4Trigger).some(({ message }) => {
    const metadata = message?.['metadata'] as { readonly level?: unknown } | undefined;
    return text(message, 'game_date') === game_date && metadata?.level === level;
  });
}
