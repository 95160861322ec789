import type { AnswerEvent, DeliveryEvent, PublishEvent } from '../../history/events.ts';
import type { HistoryView } from '../../history/recorder.ts';
import { publishes } from '../../history/select.ts';
import { receiversOf } from '../courier/flow.ts';
import type { ProjectSide } from '../world/project.ts';
import type { World } from '../world/world.ts';
import type { SceneIdentity } from './identity.ts';
import type { Scene } from './scene.ts';

/** What a case does differently in a project; `deliver` is missing where the judge calls the components itself. */
export interface CaseRoads extends Pick<Scene, 'settle' | 'flow'> {
  readonly deliver: Scene['deliver'] | undefined;
}

/** Creates what a case of a project does instead of delivering, flowing and settling; undefined in a cloud of the judge. */
export function createProjectRoads(
  world: World,
  { name, road, lacks = () => false }: SceneIdentity,
  view: HistoryView,
  remember: (mark: string) => string,
): CaseRoads | undefined {
  const { project_side } = world;
  if (project_side === undefined) return undefined;
  const touched = new Set<string>();
  const state = () => {
    const history = view.events();
    return { is_whole: !lacks(history), progress: history.length };
  };
  const settle = (): Promise<void> => project_side.settle(state, [...touched]);
  const publish: Scene['deliver'] = async (delivery) => {
    touched.add(delivery.component);
    const event = await project_side.publish(delivery, [name]);
    remember(event.message_id);
    return handedOver(event);
  };
  return {
    deliver: road === 'topics' ? publish : undefined,
    settle,
    // The pipeline carries its messages by itself; what remains are the copies, and to wait until all has arrived.
    async flow({ copies = 1, hold = [] } = {}) {
      const copied = new Set<string>();
      for (let before = -1; before < copied.size; ) {
        before = copied.size;
        await settle();
        const fresh = publishes(view.events()).filter(
          ({ topic, message_id }) => copies > 1 && !hold.includes(topic) && !copied.has(message_id),
        );
        for (const { message_id } of fresh) copied.add(message_id);
        await Promise.all(fresh.map((event) => copy(project_side, event, copies - 1, [name])));
      }
      return { held: [], stuck: [] };
    },
  };
}

/** Publishes a message of the pipeline once more for each copy, as a publisher does that missed the broker's answer. */
async function copy(
  { publish }: ProjectSide,
  { topic, message, raw, attributes }: PublishEvent,
  count: number,
  marks: readonly string[],
): Promise<void> {
  for (const component of receiversOf(topic)) {
    const delivery = { component, topic, message, attributes, ...(raw === null ? {} : { data: raw }) };
    for (let nth = 0; nth < count; nth++) await publish(delivery, marks);
  }
}

/** Stands for the answer that nobody sees; it is no part of the history. */
function handedOver(event: DeliveryEvent): AnswerEvent {
  const { sequence, at_ms, marks } = event;
  const body = 'published; the subscription of the project delivers it until it is acked';
  return { kind: 'answer', sequence, at_ms, marks, delivery: sequence, status: null, acked: true, body };
}
