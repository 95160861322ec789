import { describe, expect, test } from 'vitest';
import { loadTarget, readTarget, TargetError } from '../../../conformance/targets/load.ts';
import { fillKnown, fillPlaceholders } from '../../../conformance/targets/placeholders.ts';
import { environmentOf, startValues } from '../../../conformance/targets/starting/environment.ts';
import { TargetUnavailableError } from '../../../conformance/targets/starting/running.ts';
import { startComponent } from '../../../conformance/targets/starting/start.ts';
import { CONTRACT } from '../../../generated/version.ts';

const MINIMAL = 'name: mine\nprofiles: [fan-in]\ncomponents:\n  phase2-raw: { command: [node, app.js] }\n';
const refusal = (text: string): string => {
  try {
    readTarget('mine.yaml', text);
  } catch (error) {
    if (error instanceof TargetError) return error.message;
  }
  throw new Error('the file was taken');
};

describe('a target file', () => {
  test('needs little, and the rest has defaults', () => {
    const target = readTarget('/somewhere/mine.yaml', MINIMAL);
    expect(target).toMatchObject({
      name: 'mine',
      directory: '/somewhere',
      recovery_seconds: 10,
      environment_names: { project: 'GOOGLE_CLOUD_PROJECT', port: 'PORT' },
      components: { 'phase2-raw': { command: ['node', 'app.js'], delivery: { form: 'push_envelope' } } },
    });
  });
  test('is told where the cloud is by placeholders in its environment and its command', () => {
    const cloud = { project: 'demo-p', pubsub_host: '127.0.0.1:1', firestore_host: '127.0.0.1:2' };
    const target = readTarget('mine.yaml', MINIMAL);
    const environment = { A: '{project}', B: 'http://{pubsub_host}/v1', C: '{firestore_host}', D: ':{port}' };
    expect(environmentOf(target, { environment }, cloud, 8080)).toMatchObject({
      A: 'demo-p',
      B: 'http://127.0.0.1:1/v1',
      C: '127.0.0.1:2',
      D: ':8080',
    });
    expect(fillKnown('--port={port} {"json": 1} {other}', startValues(cloud, 80))).toBe(
      '--port=80 {"json": 1} {other}',
    );
  });
  test.each([
    ['environment: { A: "{projekt}" }\n', 'mine.yaml:5: environment.A'],
    [
      'together: { command: [x], environment: { A: "{components}" } }\n',
      'mine.yaml:5: together.environment.A',
    ],
  ])('is refused where a placeholder of an environment is filled by nobody: %s', (text, place) => {
    expect(refusal(MINIMAL + text)).toContain(
      `${place}: expected {project}, {port}, {pubsub_host}, {firestore_host}, got {`,
    );
  });
  test('may share settings between components and name its environment variables', () => {
    const target = readTarget(
      '/somewhere/mine.yaml',
      `${MINIMAL}directory: ..\nenvironment: { A: '1' }\nenvironment_names: { project: GCP_PROJECT }\nready: { health: /ok }\ndelivery: { form: cloud_event_binary, path: /in }\n`,
    );
    expect(target.directory).toBe('/');
    expect(target.environment_names).toMatchObject({ project: 'GCP_PROJECT', port: 'PORT' });
    expect(target.components['phase2-raw']).toMatchObject({
      environment: { A: '1' },
      ready: { health: '/ok' },
      delivery: { form: 'cloud_event_binary', path: '/in' },
    });
  });
  test.each([
    ['', '{ timeout_seconds: 60 }', { stdout: expect.stringContaining('listening'), timeout_seconds: 60 }],
    [
      '{ health: /ok, timeout_seconds: 5 }',
      '{ timeout_seconds: 60 }',
      { health: '/ok', timeout_seconds: 60 },
    ],
    ['{ timeout_seconds: 60 }', '{ stdout: up }', { stdout: 'up' }],
  ])('may say how long a start takes, and no more: %s, %s', (all, own, expected) => {
    const text = MINIMAL.replace('command: [', `ready: ${own}, command: [`) + (all && `ready: ${all}\n`);
    expect(readTarget('/x/mine.yaml', text).components['phase2-raw']?.ready).toEqual(expected);
  });
  test('is refused with file, line and what to do', () => {
    expect(refusal('name: [')).toMatch(/^mine\.yaml:\d+: expected YAML/);
    expect(refusal(`${MINIMAL}colour: red\n`)).toMatch(
      /^mine\.yaml:5: the file: expected one of name, .*, got "colour"; correct or remove it/,
    );
    expect(refusal(MINIMAL.replace('fan-in', 'everything'))).toMatch(
      /^mine\.yaml:2: profiles\.0: expected one of message, .*, got "everything"/,
    );
    expect(refusal(MINIMAL.replace('command: [node, app.js]', 'command: []'))).toContain('mine.yaml:4');
  });
  test('may claim an earlier contract, and the current one when it says nothing', () => {
    expect(readTarget('mine.yaml', MINIMAL).contract).toBe(CONTRACT.version);
    expect(readTarget('mine.yaml', `${MINIMAL}contract: 1.0.0\n`).contract).toBe('1.0.0');
    expect(refusal(`${MINIMAL}contract: 1.0\n`)).toContain(
      'mine.yaml:5: contract: expected a text or a mapping, got 1',
    );
    expect(refusal(`${MINIMAL}contract: 9.0.0\n`)).toBe(
      `mine.yaml:5: contract: expected a version of the contract that this judge knows (1.0.0, ${CONTRACT.version}), got 9.0.0; use a newer judge or claim one of these`,
    );
  });
  test('may claim one contract as a sender and another as a receiver, for all or for one component', () => {
    const mixed = readTarget(
      'mine.yaml',
      `${MINIMAL}contract: { sends: 1.0.0, receives: ${CONTRACT.version} }\n`,
    );
    expect([mixed.sends, mixed.contract]).toEqual([['1.0.0'], CONTRACT.version]);
    const worker = '  phase5-worker: { command: [node, app.js], contract: { sends: 1.0.0 } }\n';
    const one = readTarget('mine.yaml', `${MINIMAL}${worker}`);
    expect(one.components['phase5-worker']?.contract).toEqual({
      sends: ['1.0.0'],
      receives: CONTRACT.version,
    });
    expect(one.sends).toEqual([CONTRACT.version]);
    expect(refusal(`${MINIMAL}contract: { sends: 0.9.0 }\n`)).toBe(
      `mine.yaml:5: contract.sends: expected a version of the contract that this judge knows (1.0.0, ${CONTRACT.version}), got 0.9.0; use a newer judge or claim one of these`,
    );
    expect(refusal(`${MINIMAL}${worker.replace('1.0.0', '2.0.0')}`)).toContain(
      'mine.yaml:5: components.phase5-worker.contract.sends: expected a version',
    );
    expect(refusal(`${MINIMAL}contract: { send: 1.0.0 }\n`)).toContain(
      'expected one of sends, receives, got "send"',
    );
  });
  test('may name a program that serves several components', () => {
    const both = `${MINIMAL}  phase5-worker: { command: [node, app.js], environment: { A: b } }\n`;
    const shared = (rest = '') => `${both}together: { command: [node, all.js, "{components}"]${rest} }\n`;
    expect(readTarget('mine.yaml', MINIMAL).together).toBeNull();
    expect(readTarget('mine.yaml', `${shared()}environment: { B: b }\n`).together).toMatchObject({
      components: ['phase2-raw'],
      environment: { B: 'b' },
    });
    expect(refusal(shared(', components: [phase2-raw, phase3-analytics]'))).toBe(
      'mine.yaml:6: together.components.1: expected a component of this file with a command of its own, got "phase3-analytics"; a run that ends components one by one starts it by that command',
    );
    expect(refusal(shared(', ready: { stdout: "(?<url>.+)" }'))).toContain(
      '(A regular expression for a line of each component, with the groups component and url.)',
    );
  });
  test('that is missing says so', () => {
    expect(() => loadTarget('/nowhere/mine.yaml')).toThrow(
      'expected a target file that can be read, got ENOENT',
    );
  });
  test('of the reference is valid and claims everything', () => {
    const target = loadTarget('conformance/targets/reference.yaml');
    expect(target.profiles.length).toBe(10);
    expect(Object.keys(target.components).length).toBe(8);
  });
});

describe('placeholders', () => {
  test('keep the type when they are the whole text, and are filled in paths and keys', () => {
    const filled = fillPlaceholders(
      { run: '{run}', path: 'a/{game_date}.r{run}', '{game_date}': [true, '{ready}'] },
      { run: 2, game_date: '2031-01-05', ready: false },
    );
    expect(filled).toEqual({ run: 2, path: 'a/2031-01-05.r2', '2031-01-05': [true, false] });
  });
  test('that do not exist are named', () => {
    expect(() => fillPlaceholders('{plyer}', { player: 'a' })).toThrow(
      'a text uses {plyer}; expected one of player',
    );
  });
});

describe('a component', () => {
  const cloud = { project: 'demo-p', pubsub_host: '127.0.0.1:1', firestore_host: '127.0.0.1:2' };
  const target = readTarget('mine.yaml', MINIMAL);
  const program = `
    const { createServer } = require('node:http');
    const names = ['GOOGLE_CLOUD_PROJECT', 'PUBSUB_EMULATOR_HOST', 'A'];
    createServer((request, response) => response.end(names.map((name) => process.env[name]).join(' ')))
      .listen(Number(process.env.PORT), '127.0.0.1', function () {
        console.log('listening on http://127.0.0.1:' + this.address().port);
      });`;
  const component = (ready: { stdout: string } | { health: string }, code = program) => ({
    command: ['node', '-e', code],
    url: null,
    environment: { A: 'a' },
    ready,
    delivery: { form: 'push_envelope' } as const,
    wait_seconds: 1,
  });
  const start = (ready: { stdout: string } | { health: string }, code?: string) =>
    startComponent(target, 'phase2-raw', component(ready, code), cloud, () => {});

  test.each([
    [{ stdout: 'listening on (?<url>http://[^ ]+)' }],
    [{ stdout: 'listening' }],
    [{ health: '/' }],
  ])('is ready by %j, gets its environment, can be killed and started again, and stops', async (ready) => {
    const running = await start(ready);
    expect(await (await fetch(running.url())).text()).toBe('demo-p 127.0.0.1:1 a');
    await running.kill();
    await expect(fetch(running.url())).rejects.toThrow();
    await running.restart();
    expect((await fetch(running.url())).status).toBe(200);
    await running.stop();
    await expect(fetch(running.url())).rejects.toThrow();
    expect(running.output().join('\n')).toContain('listening');
  });
  test.each([[{ stdout: 'ready' }], [{ health: '/' }]])(
    'that ends before it is ready by %j is the environment’s failure, with its last words',
    async (ready) => {
      const failure = start(ready, 'console.error("no such module"); process.exit(1)');
      await expect(failure).rejects.toThrow(TargetUnavailableError);
      await expect(failure).rejects.toThrow('and it ended with exit code 1; its last words: no such module');
    },
  );
  test.each([
    [
      'listening on http:(?<url>[^ ]+)',
      /group "url" of ready\.stdout, got "\/\/127.*" from its line "listen/,
    ],
    ['listening( on port (?<url>.+))?', /group "url" of ready\.stdout, got nothing from its line "listening/],
  ])('whose pattern %j captures no URL is told so', async (stdout, expected) => {
    const failure = start({ stdout });
    await expect(failure).rejects.toThrow(TargetUnavailableError);
    await expect(failure).rejects.toThrow(expected);
  });
  test('whose program is not there says which', async () => {
    const missing = { ...component({ stdout: 'up' }), command: ['no-such-program'] };
    await expect(startComponent(target, 'phase2-raw', missing, cloud, () => {})).rejects.toThrow(
      'and it could not be started: there is no program "no-such-program"; its last words',
    );
  });
});
