import { openConsole } from '../../reference/cli/operate/console.ts';
import { createComponentCalls } from '../../reference/operations/calls/component-calls.ts';
import { DATE } from '../operating/stage/scenes.ts';
import type { Stage } from '../operating/stage/stage.ts';
import { SETTINGS } from '../reference/deliveries.ts';

/** Opens the console of a pipeline that runs, with its drills. */
export function openPractice({
  ports,
  letters,
  project,
  addresses,
  pubsub,
  stopComponent,
  startComponent,
}: Stage): ReturnType<typeof openConsole> {
  const calls = createComponentCalls({
    find: (name) => Promise.resolve({ url: addresses[name] ?? '', headers: {} }),
  });
  const place = { settings: { ...SETTINGS, project }, ports, letters, calls };
  const practice = { game_date: DATE, pubsub, addresses, stopComponent, startComponent };
  return openConsole(place, { port: 0, allowActions: false }, practice);
}
