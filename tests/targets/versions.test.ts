import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { SUPPORTED_VERSIONS } from '../../conformance/contract/versions.ts';
import { conformance } from '../conformance/command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GATE = fileURLToPath(new URL('versions/gate.mjs', import.meta.url));
const REFERENCE = path.join(ROOT, 'conformance/targets/reference.yaml');
const FOLDER = mkdtempSync(path.join(tmpdir(), 'versions-'));
const FROM_EVERY_VERSION = 'senders-of-every-version-*';
const SECONDS = 120_000;

afterAll(() => rmSync(FOLDER, { recursive: true }));

type File = { components: Record<string, object> } & Record<string, unknown>;

/** Write a target file that is the reference's but for what is changed, and give its path. */
function targetFile(name: string, change: (file: File) => void): string {
  const file = parse(readFileSync(REFERENCE, 'utf8')) as File;
  Object.assign(file, { name, directory: ROOT });
  change(file);
  const place = path.join(FOLDER, `${name}.yaml`);
  writeFileSync(place, stringify(file));
  return place;
}

function gated(name: string, gate: string, contract?: object): string {
  return targetFile(name, (file) => {
    delete file['together'];
    file.components = { 'phase5-coordinator': { command: ['node', GATE], environment: { GATE: gate } } };
    file['profiles'] = ['message'];
    if (contract !== undefined) file['contract'] = contract;
  });
}

interface Told {
  readonly id: string;
  readonly result: string;
  readonly anomalies: readonly { readonly proof: string; readonly command: string }[];
}

async function judge(target: string, ...more: string[]) {
  const words = ['run', '--target', target, '--seed', '1', '--no-failures', '--json'];
  const { code, out } = await conformance(...words, ...more);
  const result = JSON.parse(out) as { requirements: readonly Told[]; target: Record<string, unknown> };
  return {
    code,
    target: result.target,
    of: (id: string) => result.requirements.find((one) => one.id === id),
  };
}

describe('MSG-028 a receiver takes what senders of every released version send', () => {
  test.each(SUPPORTED_VERSIONS)(
    'the reference survives, judged against %s',
    { timeout: SECONDS },
    async (version) => {
      const { code, target, of } = await judge(
        'reference',
        '--only',
        FROM_EVERY_VERSION,
        '--against',
        version,
      );
      expect(of('MSG-028')).toMatchObject({ result: 'passed' });
      const today = SUPPORTED_VERSIONS.at(-1);
      expect(target['against']).toBe(version);
      expect(target['claims']).toBe(version === today ? undefined : `${version}, against ${today}`);
      expect(code).toBe(0);
    },
  );

  test('the reference as a receiver of 1.0.0 that sends 1.1.0', { timeout: SECONDS }, async () => {
    const mixed = targetFile('mixed', (file) => {
      file['contract'] = { sends: '1.1.0', receives: '1.0.0' };
    });
    const { code, of, target } = await judge(mixed, '--only', 'unknown-fields-to-*', 'MSG-011');
    expect(code).toBe(0);
    expect(of('MSG-003')).toMatchObject({ result: 'passed' });
    expect(of('MSG-011')).toMatchObject({ result: 'not_applicable' });
    expect(target['claims']).toBe('1.1.0 as sender, 1.0.0 as receiver');
  });

  test('a live program that refuses the field which 1.1.0 added', { timeout: SECONDS }, async () => {
    const file = gated('strict', 'knows-1.0.0', { sends: '1.0.0', receives: '1.0.0' });
    const only = ['--only', 'senders-of-every-version-to-phase5-coordinator-results'];
    const { code, of } = await judge(file, ...only, '--against', '1.0.0');
    expect(code).toBe(1);
    expect(of('MSG-028')?.result).toBe('failed');
    const [first] = of('MSG-028')?.anomalies ?? [];
    expect(first?.proof).toContain('phase5-coordinator nacked message');
    expect(first?.proof).toContain(
      'A sender of contract 1.1.0 may write the next message so: as a message of today',
    );
    expect(first?.command).toContain(' --against 1.0.0 ');
  });

  test('a new program that cannot take what a sender of 1.0.0 sends', { timeout: SECONDS }, async () => {
    const file = gated('hasty', 'needs-1.1.0');
    const { code, of } = await judge(file, '--only', 'MSG-028');
    expect(code).toBe(1);
    const [first] = of('MSG-028')?.anomalies ?? [];
    expect(first?.proof).toContain(
      'A sender of contract 1.0.0 may write the next message so: without attempt',
    );
  });
});

describe('MSG-001 what is sent is judged by the version that the target claims as a sender', () => {
  const only = ['--only', 'what-travels-on-from-phase5-worker'];

  test('a field that 1.0.0 does not have', { timeout: SECONDS }, async () => {
    const old = targetFile('old-sender', (file) => {
      file['contract'] = { sends: '1.0.0' };
    });
    const { code, of } = await judge(old, ...only);
    expect(code).toBe(1);
    expect(of('MSG-001')?.anomalies[0]?.proof).toContain(
      'breaks PredictionReady of contract 1.0.0: attempt must be no field of this name, got 1',
    );
  });

  test('unless its component says that it is a sender of 1.1.0', { timeout: SECONDS }, async () => {
    const mixed = targetFile('new-worker', (file) => {
      file['contract'] = { sends: '1.0.0' };
      Object.assign(file.components['phase5-worker'] ?? {}, { contract: { sends: '1.1.0' } });
    });
    const { code, of } = await judge(mixed, ...only);
    expect(of('MSG-001')?.result).toBe('passed');
    expect(code).toBe(0);
  });
});
