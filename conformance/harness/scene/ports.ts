import type { HistoryView } from '../../history/recorder.ts';
import { publishes } from '../../history/select.ts';
import type { FlowPorts } from '../courier/flow.ts';
import type { ExploringPorts } from '../exploring/exploration.ts';
import type { World } from '../world/world.ts';
import { createRequests } from './requests.ts';
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

/** What explored runs may do to a world, whatever case they belong to. */
export function createExploringControl(
  world: World,
  patience_ms: number,
): Pick<
  ExploringPorts,
  'recorder' | 'courier' | 'calls' | 'recovery_seconds' | 'settle' | 'callEndpoint' | 'crash'
> {
  const { recorder, courier, calls } = world;
  return {
    recorder,
    courier,
    calls,
    recovery_seconds: world.target.recovery_seconds,
    settle: () => world.observation.settle(),
    async callEndpoint({ component, path, body, headers = {} }, marks) {
      const { request } = createRequests(world, marks, patience_ms, () => []);
      const asked = { headers, ...(body === undefined ? {} : { body }) };
      return (await request(component, path, asked)).status;
    },
    async crash(component, marks) {
      // It is dead before anybody hears of it: nothing may be waited for between the decision and the kill.
      const killed = world.component(component).kill();
      recorder.append({ kind: 'process', component, change: 'killed', marks });
      await killed;
      await world.component(component).restart();
      recorder.append({ kind: 'process', component, change: 'started', marks });
    },
  };
}
