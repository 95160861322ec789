import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../../conformance/cli/explain-error.ts';
import {
  type AdmissionRequest,
  cleanCommand,
  decideAdmission,
  looksLikeProduction,
  ProjectRefusedError,
} from '../../../conformance/project/guard.ts';
import { readTarget } from '../../../conformance/targets/load.ts';
import { conformance } from '../command.ts';

const MINE: AdmissionRequest = {
  project: 'nba-staging',
  owned: true,
  allowed: ['nba-staging'],
  target_file: 'mine.yaml',
  pubsub_emulator: undefined,
  firestore_emulator: undefined,
};

describe('a project is entered', () => {
  test('when it is named, owned and not production', () => {
    expect(decideAdmission(MINE)).toBeUndefined();
    expect(decideAdmission({ ...MINE, pubsub_emulator: 'h:1', firestore_emulator: 'h:2' })).toBeUndefined();
  });
  test.each<[string, Partial<AdmissionRequest>, string]>([
    ['without an id', { project: undefined }, '--cloud project needs --project ID'],
    ['without the flag', { owned: false }, 'add --i-own-this-project if that is yours to do'],
    ['that nobody named', { allowed: ['nba-dev'] }, 'mine.yaml names no project "nba-staging"'],
    ['by half', { pubsub_emulator: 'h:1' }, 'FIRESTORE_EMULATOR_HOST is not'],
    ['by the other half', { firestore_emulator: 'h:1' }, 'PUBSUB_EMULATOR_HOST is not'],
    [
      'of production, also when it is named and owned',
      { project: 'nba-prod', allowed: ['nba-prod'] },
      '"nba-prod" looks like production',
    ],
  ])('but never one %s', (_, changed, expected) => {
    expect(decideAdmission({ ...MINE, ...changed })).toContain(expected);
  });
  test.each(['nba-prod', 'prod-nba', 'nba-production-7', 'nba-prd', 'nba-live', 'prod2-nba'])(
    '%s looks like production',
    (project) => expect(looksLikeProduction(project)).toBe(true),
  );
  test.each([
    'nba-staging',
    'nba-non-prod',
    'nba-nonprod',
    'nba-preprod',
    'nba-pre-prod',
    'product-nba',
    'delivery',
  ])('%s does not', (project) => expect(looksLikeProduction(project)).toBe(false));
});

describe('the command that cleans a project', () => {
  const command = (file: string, project: string): string =>
    cleanCommand(
      readTarget(
        file,
        'name: mine\nprofiles: [fan-in]\nproject: { ids: [nba-staging] }\ncomponents: { phase3-to-phase4-orchestrator: { deployed: true } }\n',
      ),
      project,
    );
  test('names target, project and the flag, and allows the project where the file does not', () => {
    expect(command('mine.yaml', 'nba-staging')).toBe(
      'node conformance/cli/bin.mjs clean --target mine.yaml --project nba-staging --i-own-this-project',
    );
    expect(command('my targets/mine.yaml', 'nba-dev')).toBe(
      "CONFORMANCE_PROJECTS=nba-dev node conformance/cli/bin.mjs clean --target 'my targets/mine.yaml' --project nba-dev --i-own-this-project",
    );
  });
});

describe('the command line refuses with exit code 2', () => {
  async function refused(...argv: readonly string[]): Promise<string> {
    const { code, err } = await conformance(...argv);
    expect(code).toBe(2);
    return err;
  }
  const run = ['run', '--cloud', 'project', '--only', 'FANIN-001'];
  test('a run without a project', async () => {
    expect(await refused(...run)).toContain('--cloud project needs --project ID');
  });
  test('a run in a project of production', async () => {
    expect(await refused(...run, '--project', 'nba-prod', '--i-own-this-project')).toContain(
      'looks like production',
    );
  });
  test('a run in a project that is not allowed', async () => {
    const said = await refused(...run, '--project', 'nba-staging', '--i-own-this-project');
    expect(said).toContain('CONFORMANCE_PROJECTS');
  });
  test('ports, which only a cloud of the judge has', async () => {
    expect(await refused(...run, '--project', 'nba-staging', '--pubsub-port', '8085')).toContain(
      'embedded cloud',
    );
  });
  test('clean without a project, and of a project that is not allowed', async () => {
    expect(await refused('clean')).toContain("required option '--project <id>'");
    expect(await refused('clean', '--project', 'nba-staging', '--i-own-this-project')).toContain(
      'names no project',
    );
  });
  test('a refusal is a matter of configuration', () => {
    expect(exitCodeOf(new ProjectRefusedError('no'))).toBe(2);
  });
});
