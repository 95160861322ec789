import type { ExploringPorts } from '../exploring/exploration.ts';
import type { World } from '../world/world.ts';
import { createRequests } from './requests.ts';

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
      const { request } = createRequests(world, marks, patience_ms);
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
