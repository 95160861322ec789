import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../conformance/cloud/start.mjs', import.meta.url));

process.env['METADATA_SERVER_DETECTION'] = 'none';

interface Program {
  readonly child: ChildProcess;
  output(): { stdout: string; stderr: string };
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** Resolves when two lines are out, rejects when it ends before. */
  readonly ready: Promise<void>;
}

describe('the embedded cloud as a program', () => {
  const started: Program[] = [];
  afterEach(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });

  const start = (...args: string[]): Program => {
    const child = spawn(process.execPath, [MAIN, ...args]);
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal)),
    );
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        stdout += text;
        if (stdout.split('\n').length > 2) resolve();
      });
      void ended.then((code) => reject(new Error(`ended with ${code} before it was ready: ${stderr}`)));
    });
    ready.catch(() => {});
    const program = { child, output: () => ({ stdout, stderr }), ended, ready };
    started.push(program);
    return program;
  };

  /** The two ports that a ready program printed. */
  const portsOf = ({ output }: Program) =>
    [...output().stdout.matchAll(/127\.0\.0\.1:(\d+)$/gm)].map((match) => match[1] ?? '');

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'it prints two export lines and nothing else, and %s ends it with code 0',
    async (signal) => {
      const program = start();
      await program.ready;
      program.child.kill(signal);
      expect(await program.ended).toBe(0);
      const { stdout, stderr } = program.output();
      expect(stdout).toMatch(
        /^export PUBSUB_EMULATOR_HOST=127\.0\.0\.1:\d+\nexport FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:\d+\n$/,
      );
      expect(stderr).toBe('');
    },
  );

  test('what has no effect is kept, shown and told of once with --accept-unsupported, and refused without', async () => {
    const kmsKeyName = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
    const put = async (program: Program, topic: string) => {
      const url = `http://127.0.0.1:${portsOf(program)[0]}/v1/projects/demo-kept/topics/${topic}`;
      const answer = await fetch(url, { method: 'PUT', body: JSON.stringify({ kmsKeyName }) });
      return [answer.status, (await answer.json()) as object];
    };
    const strict = start();
    const lenient = start('--accept-unsupported');
    await Promise.all([strict.ready, lenient.ready]);
    expect(await put(strict, 'box-scores')).toMatchObject([501, { error: { status: 'UNIMPLEMENTED' } }]);
    expect(await put(lenient, 'box-scores')).toMatchObject([200, { kmsKeyName }]);
    expect(await put(lenient, 'schedule')).toMatchObject([200, { kmsKeyName }]);
    expect(lenient.output().stderr).toBe(
      'cloud: topic.kms_key_name is kept and shown, and has no effect here\n',
    );
  });

  test.each([0, 1])('POST /shutdown ends it with code 0, on port %i of the two', async (which) => {
    const program = start();
    await program.ready;
    const answer = await fetch(`http://127.0.0.1:${portsOf(program)[which]}/shutdown`, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(await program.ended).toBe(0);
  });

  test('a client reaches it through the printed address, and a signal ends it with a stream open', async () => {
    const program = start();
    await program.ready;
    const options = {
      servicePath: '127.0.0.1',
      port: Number(portsOf(program)[0]),
      sslCreds: credentials.createInsecure(),
      projectId: 'demo-standalone',
    };
    const publisher = new v1.PublisherClient(options);
    const subscriber = new v1.SubscriberClient(options);
    const topic = 'projects/demo-standalone/topics/box-scores';
    const subscription = 'projects/demo-standalone/subscriptions/reader';
    await publisher.createTopic({ name: topic });
    await subscriber.createSubscription({ name: subscription, topic });
    await publisher.publish({ topic, messages: [{ data: Buffer.from('hello') }] });

    const stream = subscriber.streamingPull();
    const over = new Promise((resolve) => stream.on('error', resolve));
    const received = new Promise((resolve) => {
      stream.on('data', ({ receivedMessages: [first] }) => first && resolve(first.message.data.toString()));
    });
    stream.write({ subscription, streamAckDeadlineSeconds: 10 });
    expect(await received).toBe('hello');
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(await over).toBeInstanceOf(Error);
    await Promise.all([publisher.close(), subscriber.close()]);
  });

  test('a port in use is named, with code 2', async () => {
    const first = start();
    await first.ready;
    const [pubsub_port = '', firestore_port = ''] = portsOf(first);
    for (const [flag, port] of [
      ['--pubsub-port', pubsub_port],
      ['--firestore-port', firestore_port],
    ] as const) {
      const second = start(flag, port);
      expect(await second.ended).toBe(2);
      expect(second.output()).toEqual({ stdout: '', stderr: expect.stringContaining(`127.0.0.1:${port}`) });
    }
  });

  test('given ports are the ones it listens on', async () => {
    const probe = start();
    await probe.ready;
    const [pubsub_port = '', firestore_port = ''] = portsOf(probe);
    probe.child.kill('SIGTERM');
    await probe.ended;
    const program = start('--pubsub-port', pubsub_port, '--firestore-port', firestore_port);
    await program.ready;
    expect(portsOf(program)).toEqual([pubsub_port, firestore_port]);
  });

  test.each([
    [['--pubsub-port', 'many'], '--pubsub-port must be a port'],
    [['--firestore-port', '70000'], '--firestore-port must be a port'],
    [['--host', 'x'], '--host'],
    [['extra'], 'extra'],
  ])('the command line %j is refused with code 2 and the usage', async (args, complaint) => {
    const program = start(...args);
    expect(await program.ended).toBe(2);
    const { stdout, stderr } = program.output();
    expect(stdout).toBe('');
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('Usage: pipeline cloud');
  });

  test('--help prints the usage, with code 0', async () => {
    const program = start('--help');
    expect(await program.ended).toBe(0);
    expect(program.output().stdout).toContain('Usage: pipeline cloud');
  });
});
