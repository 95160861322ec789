import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { SUBSCRIPTIONS } from '../../generated/topology.ts';

const COMMAND = fileURLToPath(new URL('../../reference/cli/bin.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kept-pipeline-'));
const PROJECT = 'projects/demo-pipeline';
const environment: NodeJS.ProcessEnv = { ...process.env };
for (const name of ['PUBSUB_EMULATOR_HOST', 'FIRESTORE_EMULATOR_HOST', 'PIPELINE_URLS'])
  delete environment[name];

const serving: ChildProcess[] = [];
afterAll(async () => {
  await Promise.all(serving.map(kill));
  rmSync(folder, { recursive: true, force: true });
});

/** Ends the command with its components and its cloud, without a word. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'close');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

/** Starts `pipeline serve --data` as the leader of its own group, and waits until it is ready. @returns its exports. */
async function serve(): Promise<{ child: ChildProcess; exports: ReadonlyMap<string, string> }> {
  const child = spawn(process.execPath, [COMMAND, 'serve', '--data', join(folder, 'data')], {
    env: environment,
    detached: true,
  });
  serving.push(child);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output += text;
        if (output.includes('# ready')) resolve();
      });
    }
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${output}`)));
  });
  const lines = [...output.matchAll(/^export (\w+)="(.*)"$/gm)];
  return { child, exports: new Map(lines.map(([, name = '', value = '']) => [name, value])) };
}

async function call(host: string | undefined, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`http://${host}/v1/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json();
}

describe('pipeline serve --data', () => {
  test('has documents and messages after a kill, and pushes to the components of now', {
    timeout: 240_000,
  }, async () => {
    const pulled = Object.entries(SUBSCRIPTIONS).find(([, each]) => each.push_path === null);
    const pushed = Object.entries(SUBSCRIPTIONS).find(([, each]) => each.push_path !== null);
    const first = await serve();
    const document = `${PROJECT}/databases/(default)/documents/notes/one`;
    await call(first.exports.get('FIRESTORE_EMULATOR_HOST'), 'PATCH', document, {
      fields: { text: { stringValue: 'kept' } },
    });
    await call(
      first.exports.get('PUBSUB_EMULATOR_HOST'),
      'POST',
      `${PROJECT}/topics/${pulled?.[1].topic}:publish`,
      {
        messages: [{ data: Buffer.from('kept').toString('base64') }],
      },
    );
    await kill(first.child);

    const second = await serve();
    const pubsub = second.exports.get('PUBSUB_EMULATOR_HOST');
    expect(await call(second.exports.get('FIRESTORE_EMULATOR_HOST'), 'GET', document)).toMatchObject({
      fields: { text: { stringValue: 'kept' } },
    });
    const subscription = `${PROJECT}/subscriptions/${pulled?.[0]}`;
    expect(
      await call(pubsub, 'POST', `${subscription}:pull`, { maxMessages: 5, returnImmediately: true }),
    ).toMatchObject({ receivedMessages: [{ message: { data: Buffer.from('kept').toString('base64') } }] });
    const { pushConfig } = (await call(pubsub, 'GET', `${PROJECT}/subscriptions/${pushed?.[0]}`)) as {
      readonly pushConfig: { readonly pushEndpoint: string };
    };
    const addresses = second.exports.get('PIPELINE_URLS')?.split(',') ?? [];
    const address = addresses.find((pair) => pair.startsWith(`${pushed?.[1].component}=`))?.split('=')[1];
    expect(pushConfig.pushEndpoint).toBe(`${address}${pushed?.[1].push_path}`);
  });
});
