import { instanceName } from '../../contract/instances.ts';
import type { History, Json, RequestEvent, ResponseEvent } from '../../history/events.ts';
import { EVERYBODY } from '../../history/recorder.ts';
import { sendHttp } from '../courier/http.ts';
import { datesIn } from '../faults/marks.ts';
import { hearResponse, openCalls, requireAnswering } from '../patience/requests.ts';
import type { World } from '../world/world.ts';
import type { Scene } from './scene.ts';

const REQUEST_PATIENCE_MS = 15_000;
const PAUSE_MS = 150;

/** Creates a case's calls of endpoints; each call and its answer go into the history. */
export function createRequests(
  world: World,
  marks: readonly string[],
  patience_ms: number,
  history: () => History,
): Pick<Scene, 'request' | 'requestUntil'> {
  const request: Scene['request'] = async (
    component,
    path,
    { method = 'POST', body, text, headers = {}, replica = 1 },
  ) => {
    const called = { component, method, path, name: marks[0] ?? '' };
    // What is asked wrongly on purpose says nothing of those who ask rightly.
    if (text === undefined) requireAnswering(world.lessons, called);
    const bytes = text ?? (body === undefined ? null : JSON.stringify(body));
    const asked = world.recorder.append({
      kind: 'request',
      component,
      method,
      path,
      body: text ?? body ?? null,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(replica === 1 ? {} : { replica }),
      marks,
    }) as RequestEvent;
    const own = marks.at(-1) ?? '';
    const tellNeighbours = (change: 'begins' | 'ends'): void => {
      if (!isForOneDate(path, text ?? body)) {
        const call = `${method} ${path}`;
        world.recorder.append({ kind: 'neighbour', component, change, call, by: own, marks: [EVERYBODY] });
      }
    };
    tellNeighbours('begins');
    const base = world.component(instanceName(component, replica)).url();
    const identity = await world.project_side?.headersFor(base);
    const sent_ms = Date.now();
    const reply = await sendHttp(
      base + path,
      {
        method,
        headers: {
          ...(bytes === null ? {} : { 'content-type': 'application/json' }),
          ...identity,
          ...headers,
        },
        body: bytes,
      },
      REQUEST_PATIENCE_MS,
    );
    world.lessons.pace.took(Date.now() - sent_ms);
    const answered = world.recorder.append({
      kind: 'response',
      request: asked.sequence,
      status: reply.status,
      body: readBody(reply.body),
      marks,
    }) as ResponseEvent;
    if (text === undefined) hearResponse(world.lessons, called, answered, reply.is_late === true);
    // Without an answer nobody knows when its work ends.
    if (reply.status !== null) tellNeighbours('ends');
    return answered;
  };
  return {
    request,
    async requestUntil(component, path, call, accept) {
      const called = { component, method: call.method ?? 'POST', path, name: marks[0] ?? '' };
      const effects = (): number =>
        history().filter(({ kind }) => kind === 'publish' || kind === 'commit').length;
      const patience = openCalls(world.lessons, called, patience_ms, effects);
      for (;;) {
        const response = await request(component, path, call);
        if (patience.isOver(response, accept(response.status))) return response;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    },
  };
}

/** Whether a call names a game date; one that names none reaches all of them. */
function isForOneDate(path: string, body: Json | undefined): boolean {
  return datesIn(`${path} ${JSON.stringify(body ?? null)}`).length > 0;
}

function readBody(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
