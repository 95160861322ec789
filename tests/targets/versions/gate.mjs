// The reference's coordinator behind a gate that knows one version of PredictionReady only.
// GATE=knows-1.0.0 refuses the field that 1.1.0 added; GATE=needs-1.1.0 refuses a message without it.
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../../reference/services/start.mjs', import.meta.url));
const { GATE, PORT } = process.env;

const behind = spawn(process.execPath, [START, 'phase5-coordinator'], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
behind.on('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => behind.kill());
let output = '';
behind.stdout.setEncoding('utf8');
behind.stdout.on('data', (text) => {
  output += text;
  const url = /listening on (http:\/\/\S+)/.exec(output)?.[1];
  if (url === undefined || server.listening) return;
  server.on('request', (incoming, answer) => pass(url, incoming, answer));
  server.listen(Number(PORT), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  });
});
const server = createServer();

async function pass(url, incoming, answer) {
  const body = Buffer.concat(await incoming.toArray());
  if (incoming.url === '/complete' && isRefused(body)) {
    answer.writeHead(400).end('a field attempt is not as this program knows it');
    return;
  }
  const onward = request(`${url}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
  onward.on('error', () => answer.destroy());
  onward.on('response', (reply) => {
    answer.writeHead(reply.statusCode, reply.headers);
    reply.pipe(answer);
  });
  onward.end(body);
}

function isRefused(body) {
  try {
    const message = JSON.parse(Buffer.from(JSON.parse(body).message.data, 'base64'));
    return 'attempt' in message === (GATE === 'knows-1.0.0');
  } catch {
    return false;
  }
}
