import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Occupied } from './ledger.mjs';
import { Malformed } from './messages.mjs';
import { analyse, load, precompute, processDate, scrape } from './phases.mjs';

const ROUTES = {
  'phase1-scrapers': { '/scrape': scrape },
  'phase2-raw': { '/process': load },
  'phase3-analytics': { '/process': analyse },
  'phase4-precompute': { '/process': precompute, '/process-date': processDate },
}[process.argv[2]];
const PATIENCE_MS = 9_000;

async function answer({ method, url, headers }, body) {
  if (method === 'GET' && url === '/up') return [204];
  const route = method === 'POST' ? ROUTES[url] : undefined;
  if (route === undefined) return [404, { error: `${method} ${url}` }];
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Error('too slow')).unref());
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const caller = headers['x-cloudscheduler'] === 'true' ? 'scheduler' : 'manual';
    return await Promise.race([route(headers['content-type'], text, caller), late]);
  } catch (error) {
    if (error instanceof Malformed || error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return [400, { error: error.message }];
    return [error instanceof Occupied ? 503 : 500, { error: error.message }];
  }
}

createServer(async (request, response) => {
  const [status, content] = await answer(request, await buffer(request));
  response.writeHead(status, content === undefined ? {} : { 'content-type': 'application/json' });
  response.end(content === undefined ? undefined : JSON.stringify(content));
}).listen(Number(process.env['PORT']), '127.0.0.1');
