import { afterEach, expect, test } from 'vitest';
import { startWorld, type World } from '../../../../conformance/harness/world/world.ts';
import { readTarget } from '../../../../conformance/targets/load.ts';
import { TargetUnavailableError } from '../../../../conformance/targets/starting/running.ts';

/** Serves each component that its first argument names, and answers with its name and process. */
const PROGRAM = `
  const { createServer } = require('node:http');
  for (const name of process.argv[1].split(',')) {
    const server = createServer((request, response) => {
      if (request.url === '/end') process.exit(3);
      response.end(name + ' ' + process.pid);
    });
    server.listen(0, '127.0.0.1', () => {
      console.log(name + ' listening on http://127.0.0.1:' + server.address().port);
    });
  }`;

const world = (program: string) =>
  readTarget(
    'mine.yaml',
    JSON.stringify({
      name: 'mine',
      profiles: ['fan-in'],
      components: Object.fromEntries(
        ['phase2-raw', 'phase3-analytics', 'phase5-worker'].map((name) => [
          name,
          { command: ['node', '-e', PROGRAM, name] },
        ]),
      ),
      together: {
        command: ['node', '-e', program, '{components}'],
        components: ['phase2-raw', 'phase3-analytics'],
      },
    }),
  );

let running: World | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const start = async (settings: Parameters<typeof startWorld>[4], program = PROGRAM): Promise<World> => {
  const names = ['phase2-raw', 'phase3-analytics', 'phase5-worker'] as const;
  running = await startWorld(world(program), 'embedded', names, undefined, settings);
  return running;
};

const ask = async (component: string): Promise<readonly string[]> => {
  const answer = await fetch(running?.component(component).url() ?? '');
  return (await answer.text()).split(' ');
};

test('components share a process where a run ends none of them, each at its own address', async () => {
  await start({ together: true });
  const [raw, analytics, worker] = await Promise.all(
    ['phase2-raw', 'phase3-analytics', 'phase5-worker'].map(ask),
  );
  expect([raw?.[0], analytics?.[0], worker?.[0]]).toEqual([
    'phase2-raw',
    'phase3-analytics',
    'phase5-worker',
  ]);
  expect(raw?.[1]).toBe(analytics?.[1]);
  expect(worker?.[1]).not.toBe(raw?.[1]);
  expect(running?.printed().map(({ process, components }) => [process, components])).toEqual(
    expect.arrayContaining([
      ['together', ['phase2-raw', 'phase3-analytics']],
      ['phase5-worker', ['phase5-worker']],
    ]),
  );
  await expect(running?.component('phase2-raw').kill()).rejects.toThrow('shares its process with others');
});

test('they have processes of their own in any other run, and where one has two instances', async () => {
  await start({});
  const own = await Promise.all(['phase2-raw', 'phase3-analytics'].map(ask));
  expect(own[0]?.[1]).not.toBe(own[1]?.[1]);
  await running?.stop();
  await start({ together: true, replicas: ['phase2-raw'] });
  const pids = await Promise.all(['phase2-raw', 'phase2-raw#2', 'phase3-analytics'].map(ask));
  expect(new Set(pids.map(([, pid]) => pid)).size).toBe(3);
});

test('the end of the process is the end of each of them', async () => {
  const { crashed, component } = await start({ together: true });
  await expect(
    ask('phase3-analytics').then(() => fetch(`${component('phase2-raw').url()}/end`)),
  ).rejects.toThrow();
  await expect
    .poll(() => crashed())
    .toEqual(['phase2-raw ended with exit code 3', 'phase3-analytics ended with exit code 3']);
});

test('one that does not tell where each listens is the environment’s failure, with its last words', async () => {
  const silent = 'console.log("phase2-raw listening on http://127.0.0.1:1"); process.exitCode = 4;';
  const failure = await start({ together: true }, silent).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TargetUnavailableError);
  expect(String(failure)).toMatch(
    /phase2-raw, phase3-analytics: expected a line that matches .* for each from .*, and it ended with exit code 4; its last words: phase2-raw listening/,
  );
});
