import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { installedAt, ROOT } from './installed.ts';

const installed = installedAt(inject('package_place'));

/** Runs a module in the project's folder and gives what it printed. */
async function output(code: string): Promise<string> {
  writeFileSync(path.join(installed.folder, 'mine.mjs'), code);
  const { out, err } = await installed.node('mine.mjs');
  return err === '' ? out.trim() : err;
}

describe('what the package exports', () => {
  test('the contract: examples are valid, a wrong message is named field by field', async () => {
    const code = `
      import { CONTRACT, EXAMPLES, REQUIREMENTS, TOPICS, canonicalProcessorName, validate } from 'nba-pipeline-contract';
      const problems = EXAMPLES.flatMap(({ message, payload }) => validate(message, 'send', payload));
      const { field } = validate('Phase4Trigger', 'send', { ...EXAMPLES.find((e) => e.message === 'Phase4Trigger').payload, game_date: 'today' })[0];
      console.log([CONTRACT.version, problems.length, field, Object.keys(TOPICS).length > 5, 'FANIN-001' in REQUIREMENTS].join(' '));
      console.log(canonicalProcessorName('phase_1_scrapers', 'BdlBoxScoresScraper'));`;
    expect(await output(code)).toMatch(/^\d+\.\d+\.\d+ 0 game_date true true\nbdl_box_scores$/);
  });

  test('CommonJS may require it, where Node can', async () => {
    writeFileSync(
      path.join(installed.folder, 'mine.cjs'),
      `console.log(typeof require('nba-pipeline-contract').validate);`,
    );
    expect((await installed.node('--no-warnings', 'mine.cjs')).out.trim()).toBe('function');
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

  test('files: the contract, schemas, and the schema of target files', async () => {
    const code = `
      import { createRequire } from 'node:module';
      import { readFileSync } from 'node:fs';
      const require = createRequire(import.meta.url);
      for (const file of ['asyncapi.yaml', 'contract.json', 'target.schema.yaml', 'schemas/Phase4Trigger.json', 'package.json'])
        console.log(readFileSync(require.resolve('nba-pipeline-contract/' + file)).length > 100);`;
    expect(await output(code)).toBe(Array(5).fill('true').join('\n'));
  });

  test('types, for a strict project that checks its libraries too', () => {
    const code = `
      import { type Phase4Trigger, type Problem, TOPIC, validate } from 'nba-pipeline-contract';
      import { type EmbeddedCloud, startEmbeddedCloud } from 'nba-pipeline-contract/cloud';
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
      execFileSync(process.execPath, [tsc, ...options, 'mine.mts'], {
        cwd: installed.folder,
        encoding: 'utf8',
      });
    expect(run()).toBe('');
  });
});
