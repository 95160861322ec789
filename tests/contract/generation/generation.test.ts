import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from 'yaml';
import { readContract } from '../../../scripts/contract/contract.ts';
import { lintContract } from '../../../scripts/contract/lint.ts';
import { checkGenerated, generate } from '../../../scripts/generate/command.ts';
import { differencesOf, writeFiles } from '../../../scripts/generate/write.ts';
import { editedContract, realContract } from '../edited-contract.ts';
import { emptyFolder, filesOf, ROOT } from '../generated-folder.ts';

describe('generation from the contract of this repository', () => {
  let files: ReadonlyMap<string, string>;
  beforeAll(async () => {
    files = await filesOf(realContract());
  });

  test('gives the same bytes each time', async () => {
    expect([...(await filesOf(realContract()))]).toEqual([...files]);
  });

  test('stamps the hash of the contract on README.md, and gives it to code in version.ts alone', () => {
    const { version, hash } = realContract();
    const stamped = [...files].filter(([, text]) => text.includes(hash)).map(([path]) => path);
    expect(stamped.sort()).toEqual(['README.md', 'version.ts']);
    expect(files.get('README.md')).toContain(version);
  });

  test('changes no file but the stamps when only a comment is edited, and names every stale stamp', async () => {
    const { text } = realContract();
    const edited = await filesOf(readContract(`${text}# Seen again.\n`, 'asyncapi.yaml'));
    const changed = [...edited].filter(([path, now]) => files.get(path) !== now).map(([path]) => path);
    expect(changed.sort()).toEqual(['README.md', 'version.ts']);
  });

  test('writes no type any and no nameless model', () => {
    const models = files.get('models.ts') ?? '';
    expect(models).toContain('export interface ScraperCompletion');
    expect(models.replaceAll(/\/\*\*.*?\*\//g, '')).not.toMatch(/\bany\b/);
    expect(models).not.toMatch(/\b(Root|Anonymous\w*)\b/);
  });

  test('tells the unified messages apart by their one phase, and types a null field as null', () => {
    const models = files.get('models.ts') ?? '';
    const raw = /export interface RawCompletion \{.*?\n\}/s.exec(models)?.[0] ?? '';
    expect(raw).toContain('readonly phase: "phase_2_raw";');
    const scraper = /export interface ScraperCompletion \{.*?\n\}/s.exec(models)?.[0] ?? '';
    expect(scraper).toContain('readonly parent_processor: null;');
    expect(models).not.toMatch(/: unknown;/);
  });
});

describe('an edit of generated/', () => {
  const { folder, remove } = emptyFolder();
  afterAll(remove);

  test('is found, whether a file is changed, missing or added', () => {
    const files = new Map([
      ['a.ts', 'a'],
      ['b.ts', 'b'],
      ['schemas/c.json', '{}'],
    ]);
    const target = join(folder, 'generated');
    expect(writeFiles(target, files).map(({ kind }) => kind)).toEqual(['missing', 'missing', 'missing']);
    expect(differencesOf(target, files)).toEqual([]);
    writeFileSync(join(target, 'a.ts'), 'edited');
    writeFileSync(join(target, 'schemas/d.json'), '{}');
    const wanted = new Map([...files, ['e.ts', 'e']]);
    expect(differencesOf(target, wanted)).toEqual([
      { path: 'a.ts', kind: 'different' },
      { path: 'e.ts', kind: 'missing' },
      { path: 'schemas/d.json', kind: 'extra' },
    ]);
    writeFiles(target, wanted);
    expect(differencesOf(target, wanted)).toEqual([]);
    expect(readdirSync(join(target, 'schemas'))).toEqual(['c.json']);
  });
});

describe('the command', () => {
  const { folder, remove } = emptyFolder();
  const contract = join(folder, 'asyncapi.yaml');
  const topology = join(folder, 'generated/topology.ts');
  afterAll(remove);
  beforeAll(async () => {
    copyFileSync(join(ROOT, 'asyncapi.yaml'), contract);
    expect(await generate(folder)).toMatchObject({ exit_code: 0 });
  }, 120_000);

  test('finds an edit of generated/ and names the file', async () => {
    expect(await checkGenerated(folder)).toMatchObject({ exit_code: 0 });
    writeFileSync(topology, 'edited');
    expect(await checkGenerated(folder)).toEqual({
      exit_code: 1,
      lines: [
        'generated/topology.ts: different compared with what asyncapi.yaml gives; run npm run generate and commit the result',
      ],
    });
  });

  test('writes nothing for a contract that is broken, and says where it is broken', async () => {
    writeFileSync(topology, 'edited');
    const text = readFileSync(contract, 'utf8').replace("cron: '15 6 * * *'", "cron: '15 26 * * *'");
    writeFileSync(contract, text);
    const line = text.split('\n').findIndex((one) => one.includes('15 26 * * *')) + 1;
    const { exit_code, lines } = await generate(folder);
    expect(exit_code).toBe(1);
    expect(lines[0]).toContain(`asyncapi.yaml:${line}: expected hour of scheduler job phase5-retry-1`);
    expect(lines.at(-1)).toBe('Nothing was written.');
    expect(readFileSync(topology, 'utf8')).toBe('edited');
  });

  test('finds that the committed generated/ is what the committed contract gives', () => {
    const main = join(ROOT, 'scripts/generate/main.ts');
    const run = spawnSync(process.execPath, ['--import', 'tsx', main, '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stdout: 'generated/ holds what asyncapi.yaml gives\n' });
  }, 120_000);
});

/** Add a field, a topic with its dead letter and all that belongs to it, and an entry of a section. */
function extend(document: Document): void {
  const add = (path: readonly string[], value: unknown) => document.setIn(path, document.createNode(value));
  add(['components', 'schemas', 'PredictionReady', 'properties', 'model_version'], {
    type: 'string',
    minLength: 1,
  });
  document.addIn(['components', 'schemas', 'PredictionReady', 'required'], 'model_version');
  for (const index of [0, 1]) {
    add(
      ['components', 'messages', 'PredictionReady', 'examples', String(index), 'payload', 'model_version'],
      'v7',
    );
  }
  const text = { type: 'string', minLength: 1 };
  add(['components', 'schemas', 'CorrectionAnnounced'], {
    type: 'object',
    properties: { game_date: { $ref: '#/components/schemas/GameDate' }, reason: text },
    required: ['game_date', 'reason'],
  });
  add(['components', 'messages', 'CorrectionAnnounced'], {
    payload: { $ref: '#/components/schemas/CorrectionAnnounced' },
    'x-phase': 'phase_5_predictions',
    examples: [
      { name: 'one', summary: 'One.', payload: { game_date: '2024-01-15', reason: 'box score corrected' } },
    ],
  });
  const message = { $ref: '#/components/messages/CorrectionAnnounced' };
  const parties = [
    ['corrections', 'nba-corrections', 'phase5-coordinator', 'prediction-consumers'],
    ['correctionsDeadLetter', 'nba-corrections-dlq', 'pubsub-service', 'operators'],
  ] as const;
  for (const [channel, address, sender, receiver] of parties) {
    const deadLetter = channel === 'corrections' ? { 'x-dead-letter-channel': 'correctionsDeadLetter' } : {};
    add(['channels', channel], { address, messages: { correctionAnnounced: message }, ...deadLetter });
    for (const [action, component] of [
      ['send', sender],
      ['receive', receiver],
    ]) {
      add(['operations', `${component}.${action}.${channel}`], {
        action,
        channel: { $ref: `#/channels/${channel}` },
        messages: [{ $ref: `#/channels/${channel}/messages/correctionAnnounced` }],
        'x-component': component,
      });
    }
    add(['x-subscriptions', `${address}-sub`], {
      topic: address,
      component: receiver,
      push_path: null,
      ack_deadline_seconds: 60,
      retry_policy: null,
      dead_letter:
        channel === 'corrections' ? { topic: 'nba-corrections-dlq', max_delivery_attempts: 5 } : null,
      message_retention_seconds: 604800,
    });
  }
  add(['x-processors', 'phase_2_raw', 'nbac_referees'], {
    aliases: ['NbacRefereesProcessor'],
    dataset: 'nba_raw',
    table: 'nbac_referees',
    requires: [],
    level: null,
  });
  add(['x-backfill', 'order'], 'Oldest date first.');
}

describe('a contract with a new field, a new topic and a new entry of a section', () => {
  const { folder, remove } = emptyFolder();
  const generated = join(folder, 'generated');
  afterAll(remove);
  beforeAll(async () => {
    const contract = editedContract(extend);
    expect(await lintContract(contract)).toEqual([]);
    writeFiles(generated, await filesOf(contract));
  });

  /** Run a script against the new generated/ and give what it prints as JSON. */
  function printed(script: string): unknown {
    const file = join(folder, 'script.mts');
    writeFileSync(file, script);
    const result = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: ROOT, encoding: 'utf8' });
    expect(result.stderr).toBe('');
    return JSON.parse(result.stdout);
  }

  test('gives models, topics, subscriptions, validators, schemas and aliases without an edit of the generator', () => {
    const found = printed(`
      import { validate } from './generated/validation.ts';
      import { TOPICS, SUBSCRIPTIONS, BACKFILL } from './generated/topology.ts';
      import { canonicalProcessorName } from './generated/registry.ts';
      console.log(JSON.stringify({
        valid: validate('CorrectionAnnounced', 'send', { game_date: '2024-01-15', reason: 'x' }),
        problems: validate('PredictionReady', 'receive', {}).filter((one) => one.field === 'model_version'),
        topic: TOPICS['nba-corrections'],
        subscription: SUBSCRIPTIONS['nba-corrections-sub'].component,
        order: BACKFILL.order,
        alias: canonicalProcessorName('phase_2_raw', 'NbacRefereesProcessor'),
      }));`);
    expect(found).toEqual({
      valid: [],
      problems: [{ field: 'model_version', expected: 'a non-empty string', got: 'nothing' }],
      topic: {
        channel: 'corrections',
        dead_letter_topic: 'nba-corrections-dlq',
        messages: ['CorrectionAnnounced'],
        senders: ['phase5-coordinator'],
        receivers: ['prediction-consumers'],
      },
      subscription: 'prediction-consumers',
      order: 'Oldest date first.',
      alias: 'nbac_referees',
    });
    const models = readFileSync(join(generated, 'models.ts'), 'utf8');
    expect(models).toContain('readonly model_version: string;');
    expect(models).toContain('export interface CorrectionAnnounced {');
    expect(existsSync(join(generated, 'schemas/CorrectionAnnounced.json'))).toBe(true);
  }, 120_000);

  test('type-checks as strictly as the repository', () => {
    const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, ROOT);
    const roots = readdirSync(generated).filter((name) => name.endsWith('.ts'));
    const program = ts.createProgram(
      roots.map((name) => join(generated, name)),
      { ...options, typeRoots: [join(ROOT, 'node_modules/@types')] },
    );
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
    expect(messages).toEqual([]);
    expect(roots.length).toBeGreaterThan(5);
  }, 120_000);
});
