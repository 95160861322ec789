/** Serves one component. Usage: node main.mjs phase5-coordinator | phase5-worker */

import { createServer } from 'node:http';
import { routes as coordinator } from './coordinator/routes.mjs';
import { Unavailable } from './google.mjs';
import { fault } from './shapes.mjs';
import { routes as worker } from './worker.mjs';

const routes = { 'phase5-coordinator': coordinator, 'phase5-worker': worker }[process.argv[2]];
const bytesMax = 4_194_304;

const server = createServer((request, response) => {
  serve(request)
    .catch((error) => {
      if (!(error instanceof Unavailable)) console.error(error);
      return { status: 503, body: { error: error.message } };
    })
    .then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : JSON.stringify(body ?? {}));
    });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
process.on('SIGTERM', () => process.exit(0));

async function serve(request) {
  const url = new URL(request.url, 'http://here');
  const raw = await readAll(request);
  if (raw === null) return { status: 413 };
  const route = routes[url.pathname];
  if (!route) return { status: 404 };
  if (route.method !== request.method) return { status: 405 };
  if (route.method === 'GET') return route.act(url.searchParams);
  const delivery = route.is_push ? opened(raw, request.headers) : { message: emptied(raw) };
  const wrong = delivery.message === undefined ? 'expected JSON' : fault(route.shape, delivery.message);
  if (wrong) return { status: 400, body: { error: wrong } };
  return route.act(delivery.message, {
    id: delivery.id,
    is_clock: request.headers['x-cloudscheduler'] === 'true',
  });
}

async function readAll(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes <= bytesMax) parts.push(part);
  }
  return bytes > bytesMax ? null : Buffer.concat(parts);
}

/** The message within a push envelope or a CloudEvent, and its id. */
function opened(raw, headers) {
  const outer = parsed(raw);
  const envelope = outer?.specversion ? outer.data : outer;
  const { data, messageId, message_id, attributes } = envelope?.message ?? {};
  const id = messageId ?? message_id ?? headers['ce-id'];
  if (typeof data !== 'string' || data === '' || typeof id !== 'string' || id === '') return {};
  if (attributes !== undefined && (typeof attributes !== 'object' || attributes === null)) return {};
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data)) return {};
  return { message: parsed(Buffer.from(data, 'base64')), id };
}

function emptied(raw) {
  return raw.toString().trim() === '' ? {} : parsed(raw);
}

function parsed(raw) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return undefined;
  }
}
