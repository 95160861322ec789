import type { HistoryView } from '../../history/recorder.ts';
import { publishes } from '../../history/select.ts';
import type { FlowPorts } from '../courier/flow.ts';
import type { World } from '../world/world.ts';
import type { Scene } from './scene.ts';

/** Creates what a flow of one case needs: what its components published, and how to deliver it. */
export function createFlowPorts(
  world: World,
  view: HistoryView,
  deliverUntilAcked: Scene['deliverUntilAcked'],
  patience_ms: number,
): FlowPorts {
  const published = () => publishes(view.events());
  return {
    published,
    has: world.has,
    async deliver(component, message, copy) {
      const answer = await deliverUntilAcked({
        component,
        topic: message.topic,
        ...(copy === 0 ? { message_id: message.message_id } : {}),
        message: message.message,
        attributes: message.attributes,
        ...(message.raw === null ? {} : { data: message.raw }),
      });
      return answer.acked;
    },
    settle: world.observation.settle,
    async change(deliveries) {
      const before = published().length;
      const enough = new AbortController();
      const more = view.until(() => published().length > before, patience_ms, enough.signal);
      await Promise.race([more, ...deliveries]);
      enough.abort();
    },
  };
}
