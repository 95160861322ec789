import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { installedAt, PATIENCE_MS, ROOT } from './installed.ts';

const installed = installedAt(inject('package_place'));

/** Runs a module in the project's folder and gives what it printed. */
async function output(code: string): Promise<string> {
  writeFileSync(path.join(installed.folder, 'mine.mjs'), code);
  const { out, err } = await installed.node('mine.mjs');
  return err === '' ? out.trim() : err;
}

describe('what the package exports', { timeout: PATIENCE_MS }, () => {
  test('the contract: examples are valid, a wrong message is named field by field', async () => {
    const code = `
      import { CONTRACT, EXAMPLES, REQUIREMENTS, TOPICS, canonicalProcessorName, validate } from 'nba-pipeline-contract';
      const problems = EXAMPLES.flatMap(({ message, payload }) => validate(message, 'send', payload));
      const { field } = validate('Phase4Trigger', 'send', { ...EXAMPLES.find((e) => e.message === 'Phase4Trigger').payload, game_date: 'today' })[0];
      console.log([CONTRACT.version, problems.length, field, Object.keys(TOPICS).length > 5, 'FANIN-001' in REQUIREMENTS].join(' '));
      console.log(canonicalProcessorName('phase_1_scrapers', 'BdlBoxScoresScraper'));`;
    expect(await output(code)).toMatch(/^\d+\.\d+\.\d+ 0 game_date true true\nbdl_box_scores$/);
  });

  const page = readFileSync(path.join(ROOT, 'docs/package.md'), 'utf8');
  const blocks = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
  test.each(blocks)('example %# of docs/package.md runs as it stands', async (code) => {
    writeFileSync(path.join(installed.folder, 'example.mjs'), code);
    expect(await installed.node('example.mjs')).toMatchObject({ code: 0, err: '' });
  });

  test('CommonJS may require it, where Node can', async () => {
    writeFileSync(
      path.join(installed.folder, 'mine.cjs'),
      `console.log(typeof require('nba-pipeline-contract').validate);`,
    );
    expect((await installed.node('--no-warnings', 'mine.cjs')).out.trim()).toBe('function');
  });

  test('a stack trace names the lines of the sources, also where packages stand in the same file', async () => {
    const code = `
      import { judgeBy } from 'nba-pipeline-contract/testing';
      try { judgeBy('no such check', []); } catch (error) { console.log(error.stack); }`;
    writeFileSync(path.join(installed.folder, 'mine.mjs'), code);
    const { out } = await installed.node('--enable-source-maps', 'mine.mjs');
    const [, line = ''] = /conformance\/testing\/judge\.ts:(\d+)/.exec(out) ?? [];
    const source = readFileSync(path.join(ROOT, 'conformance/testing/judge.ts'), 'utf8').split('\n');
    expect(source[Number(line) - 1]).toContain('caseOf(');
  });

  test('the cloud: it starts, answers and stops', async () => {
    const code = `
      import { createVirtualClock, startEmbeddedCloud } from 'nba-pipeline-contract/cloud';
      const cloud = await startEmbeddedCloud({ clock: createVirtualClock() });
      const answer = await fetch('http://' + cloud.pubsub_host + '/v1/projects/demo-mine/topics/mine', { method: 'PUT' });
      console.log(answer.status, (await answer.json()).name);
      await cloud.stop();`;
    expect(await output(code)).toBe('200 projects/demo-mine/topics/mine');
  });

  test('the cloud with --data says what to install, and exports without it', async () => {
    const refused = await installed.run('pipeline', 'cloud', '--data', path.join(installed.folder, 'kept'));
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('install it with "npm install lmdb@3"');
    const code = `
      import { existsSync } from 'node:fs';
      import { startEmbeddedCloud } from 'nba-pipeline-contract/cloud';
      await (await startEmbeddedCloud({ export_to: 'exported' })).stop();
      await (await startEmbeddedCloud({ import_from: 'exported' })).stop();
      console.log(existsSync('exported/embedded-cloud.jsonl'));`;
    expect(await output(code)).toBe('true');
  });

  test('testing: a cloud of its own, a delivery, and a check over what happened, in the test runner of Node', async () => {
    const code = `
      import assert from 'node:assert/strict';
      import { createServer } from 'node:http';
      import test from 'node:test';
      import { buildMessage, judgeBy, openTestCloud } from 'nba-pipeline-contract/testing';
      test('no trigger is lost', async () => {
        const cloud = await openTestCloud();
        const service = createServer((request, response) => response.writeHead(204).end());
        await new Promise((resolve) => service.listen(0, resolve));
        const url = 'http://127.0.0.1:' + service.address().port;
        for (const processor_name of ['player_game_summary', 'team_offense_game_summary', 'team_defense_game_summary', 'upcoming_player_game_context', 'upcoming_team_game_context']) {
          const message = buildMessage('AnalyticsCompletion', { processor_name, execution_id: processor_name });
          const topic = 'nba-phase3-analytics-complete';
          assert.equal((await cloud.deliver({ url, component: 'phase3-to-phase4-orchestrator', topic, message })).acked, true);
        }
        assert.equal(judgeBy('fan-in-in-any-order', cloud.history())[0].anomaly, 'lost trigger');
        service.closeAllConnections();
        service.close();
        await cloud.stop();
      });`;
    writeFileSync(path.join(installed.folder, 'mine.test.mjs'), code);
    const { code: exit, out } = await installed.node('--test', 'mine.test.mjs');
    expect([exit, out]).toEqual([0, expect.stringContaining('pass 1')]);
  });

  test('files: the contract, schemas, and the schema of target files', async () => {
    const code = `
      import { createRequire } from 'node:module';
      import { readFileSync } from 'node:fs';
      const require = createRequire(import.meta.url);
      for (const file of ['asyncapi.yaml', 'contract.json', 'target.schema.yaml', 'schemas/Phase4Trigger.json', 'package.json'])
        console.log(readFileSync(require.resolve('nba-pipeline-contract/' + file)).length > 100);`;
    expect(await output(code)).toBe(Array(5).fill('true').join('\n'));
  });

  test('is well formed for every way to import it', async () => {
    const tool = (name: string, ...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(ROOT, 'node_modules', name), ...args],
        { encoding: 'utf8' },
      );
      return { status, said: stdout + stderr };
    };
    expect(tool('publint/src/cli.js', installed.archive, '--strict')).toMatchObject({ status: 0 });
    // ES modules only: CommonJS gets them by require where Node can, and files that are no code have no types.
    const files = ['asyncapi.yaml', 'contract.json', 'target.schema.yaml', 'schemas/*', 'package.json'];
    const checked = tool(
      '@arethetypeswrong/cli/dist/index.js',
      installed.archive,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--no-emoji',
      '--exclude-entrypoints',
      ...files,
    );
    expect(checked).toMatchObject({ status: 0 });
  });

  test('types, for a strict project that checks its libraries too', () => {
    const code = `
      import { type Phase4Trigger, type Problem, TOPIC, validate } from 'nba-pipeline-contract';
      import { type EmbeddedCloud, startEmbeddedCloud } from 'nba-pipeline-contract/cloud';
      import { openTestCloud, type TestCloud } from 'nba-pipeline-contract/testing';
      export const open = (): Promise<TestCloud> => openTestCloud();
      const topic: 'nba-phase4-trigger' = TOPIC.phase4Trigger;
      export const judge = (value: Phase4Trigger): readonly Problem[] => validate('Phase4Trigger', 'receive', value);
      export const start = (): Promise<EmbeddedCloud> => startEmbeddedCloud({ pubsub_port: 0 });
      // @ts-expect-error no such schema
      validate(topic, 'send', {});`;
    writeFileSync(path.join(installed.folder, 'mine.mts'), code);
    const types = path.join(ROOT, 'node_modules/@types');
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--strict',
      '--noEmit',
      '--types',
      'node',
      '--typeRoots',
      types,
    ];
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const run = () =>
      spawnSync(process.execPath, [tsc, ...options, 'mine.mts'], {
        cwd: installed.folder,
        encoding: 'utf8',
      });
    expect(run().stdout).toBe('');
  });
});
