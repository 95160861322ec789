import type { Topic } from '@google-cloud/pubsub';
import type { DeliveryEvent } from '../harness/history/events.ts';
import type { Recorder } from '../harness/history/recorder.ts';
import { publishes, text } from '../harness/history/select.ts';
import { dayAfter } from '../harness/messages/dates.ts';
import type { Naming } from '../harness/naming/naming.ts';
import type { ProjectSide, Standing } from '../harness/world/project.ts';
import type { Target } from '../targets/description.ts';
import type { ProjectClients } from './connection.ts';
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
  const { run_id, target, recorder, authorise, tell } = settings;
  const { patience_seconds, reserved_dates, past_dates } = target.project;
  const under_way = new Set<Promise<unknown>>();
  const touched = new Set<string>();
  let is_open = true;
  const post = createPost(settings);
  const send: ProjectSide['publish'] = (delivery, marks) => {
    touched.add(delivery.component);
    const publishing = post(delivery.topic, delivery.data ?? JSON.stringify(delivery.message), {
      ...delivery.attributes,
      [RUN_ATTRIBUTE]: run_id,
    }).then(
      (message_id) =>
        recorder.append({
          kind: 'delivery',
          component: delivery.component,
          topic: delivery.topic,
          form:
            target.components[delivery.component as keyof Target['components']]?.delivery.form ??
            'push_envelope',
          message_id,
          attempt: 1,
          road: 'topic',
          message: delivery.message,
          defect: delivery.defect ?? null,
          marks: [...marks, message_id],
        }) as DeliveryEvent,
    );
    const done = publishing.catch(() => {}).finally(() => under_way.delete(done));
    under_way.add(done);
    return publishing;
  };
  const published = async (): Promise<void> => void (await Promise.all(under_way));
  let sentinel_dates = 0;
  const patience_ms = patience_seconds * 1000;
  const sentinels = createSentinels({
    // From the end of the range, where no case begins.
    nextDate: () => dayAfter(reserved_dates.to, -sentinel_dates++),
    publish: ({ component, topic }, message) => send({ component, topic, message }, ['sentinel']),
    triggered: (game_date, level) =>
      recorder.until(() => hasTrigger(recorder, game_date, level), patience_ms),
    tell,
  });
  return {
    calendar: { future: reserved_dates.from, past: past_dates.from },
    publish: (delivery, marks) =>
      is_open
        ? send(delivery, marks)
        : Promise.reject(new Error('the run is over; nothing is published any more')),
    async settle(state, components) {
      await untilWhole(recorder, state, patience_ms);
      await Promise.all(components.map((component) => sentinels.pass(component)));
    },
    headersFor: (url) =>
      is_open ? authorise(url) : Promise.reject(new Error('the run is over; nobody is called any more')),
    published,
    touched: () => [...touched],
    async close(within_ms) {
      is_open = false;
      await published();
      const passed = Promise.all([...touched].map((component) => sentinels.pass(component)));
      await Promise.race([passed, recorder.until(() => false, within_ms)]);
    },
  };
}

/**
 * Waits until all is there; gives up when nothing has come for `patience_ms`, since every effect is the cause of the next.
 *
 * @returns whether all is there.
 */
export async function untilWhole(
  recorder: Pick<Recorder, 'until'>,
  state: () => Standing,
  patience_ms: number,
): Promise<boolean> {
  for (;;) {
    const before = state();
    if (before.is_whole) return true;
    const has_moved = await recorder.until(() => state().progress > before.progress, patience_ms);
    if (!has_moved) return false;
  }
}

/** Publishers are kept, since each gathers messages for a moment before it sends them. */
function createPost({ clients, naming }: SideSettings) {
  const topics = new Map<string, Topic>();
  return (topic: string, data: string, attributes: Readonly<Record<string, string>>): Promise<string> => {
    const known = topics.get(topic) ?? clients.pubsub.topic(naming.actualTopic(topic));
    topics.set(topic, known);
    return known.publishMessage({ data: Buffer.from(data, 'utf8'), attributes: { ...attributes } });
  };
}

function hasTrigger(recorder: Recorder, game_date: string, level: number): boolean {
  return publishes(recorder.all(), 'nba-phase4-trigger').some(({ message }) => {
    const metadata = message?.['metadata'] as { readonly level?: unknown } | undefined;
    return text(message, 'game_date') === game_date && metadata?.level === level;
  });
}
