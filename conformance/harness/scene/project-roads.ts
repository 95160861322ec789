import type { AnswerEvent, DeliveryEvent } from '../history/events.ts';
import type { HistoryView } from '../history/recorder.ts';
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
  const settle = (): Promise<void> => project_side.settle(() => !lacks(view.events()), [...touched]);
  const publish: Scene['deliver'] = async (delivery) => {
    touched.add(delivery.component);
    const event = await project_side.publish(delivery, [name]);
    remember(event.message_id);
    return handedOver(event);
  };
  return {
    deliver: road === 'topics' ? publish : undefined,
    settle,
    // The pipeline carries its messages by itself; what remains is to wait until it has.
    async flow() {
      await settle();
      return { held: [], stuck: [] };
    },
  };
}

/** Stands for the answer that nobody sees; it is no part of the history. */
function handedOver(event: DeliveryEvent): AnswerEvent {
  const { sequence, at_ms, marks } = event;
  const body = 'published; the subscription of the project delivers it until it is acked';
  return { kind: 'answer', sequence, at_ms, marks, delivery: sequence, status: null, acked: true, body };
}
