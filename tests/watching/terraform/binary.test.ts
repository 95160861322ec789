import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPONENTS, DEPLOYMENT } from '../../../generated/topology.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type Members = Readonly<Record<string, Json>>;

interface Configuration {
  readonly variable: Members;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Members>>>>;
}

const FILE = new URL('../../../generated/terraform/main.tf.json', import.meta.url);
const CONFIGURATION: Configuration = JSON.parse(readFileSync(FILE, 'utf8'));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderWith(configuration: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  folders.push(folder);
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(configuration));
  return folder;
}

function terraform(folder: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('terraform', args, {
    cwd: folder,
    encoding: 'utf8',
    // It repeats the line of each mistake, and the configuration is one line.
    maxBuffer: 256e6,
  });
  return { status, said: `${stdout}${stderr}` };
}

/**
 * Put terraform's own resource type in the place of Google's, whose provider is not at hand: every reference, function,
 * variable and dependency stays and is checked; only the names of arguments are not.
 */
function withoutProvider({ variable, resource }: Configuration): object {
  const members = Object.entries(resource).flatMap(([type, ofType]) =>
    Object.entries(ofType).map(([name, { depends_on, for_each, ...body }]) => {
      const input = { id: name, name, email: name, ...(referringToOwn(body) as Members) };
      const after = Array.isArray(depends_on)
        ? depends_on.map((other) => `terraform_data.${String(other).replace('.', '--')}`)
        : [];
      const each = for_each === undefined ? {} : { for_each };
      return [`${type}--${name}`, { ...each, input, depends_on: after }] as const;
    }),
  );
  return {
    variable: { ...variable, number: { type: 'string', default: '123456789' } },
    resource: { terraform_data: Object.fromEntries(members) },
  };
}

function referringToOwn(value: Json): Json {
  if (typeof value === 'string') {
    return value
      .replaceAll('data.google_project.project.number', 'var.number')
      .replaceAll(/\b(google_[a-z0-9_]+)\.([\w-]+)\.(id|name|email)\b/g, 'terraform_data.$1--$2.output.$3');
  }
  if (Array.isArray(value)) return value.map(referringToOwn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      // Only a block of a provider's own resource can be repeated; what it is repeated for is checked all the same.
      name === 'dynamic'
        ? Object.values(member as Members).map((block) => (block as Members)['for_each'] ?? null)
        : referringToOwn(member),
    ]),
  );
}

/** Only a limit: a loaded machine starts terraform ten times slower than an idle one. */
const PATIENCE_MS = 240_000;

describe('the real terraform', { timeout: PATIENCE_MS }, () => {
  test('reads the configuration and finds which providers it needs', () => {
    const { status, said } = terraform(folderWith(CONFIGURATION), ['providers', '-no-color']);
    expect([...said.matchAll(/hashicorp\/[a-z-]+\] .*/g)].map(String).sort()).toEqual([
      'hashicorp/google-beta] >= 6.0.0, < 8.0.0',
      'hashicorp/google] >= 6.0.0, < 8.0.0',
      'hashicorp/time] >= 0.9.0, < 1.0.0',
    ]);
    expect(status).toBe(0);
  });

  test('validates and plans every resource, with all references and dependencies', () => {
    const folder = folderWith(withoutProvider(CONFIGURATION));
    expect(terraform(folder, ['init', '-no-color'])).toMatchObject({ status: 0 });
    expect(terraform(folder, ['validate', '-no-color'])).toMatchObject({ status: 0 });
    const names = (kind: string) =>
      Object.keys(DEPLOYMENT.components).filter(
        (name) => Object.entries(COMPONENTS).find(([other]) => other === name)?.[1].runs_as === kind,
      );
    const map = (kind: string) => JSON.stringify(Object.fromEntries(names(kind).map((name) => [name, name])));
    const variables = [
      'project=staging',
      'source_bucket=sources',
      'analytics=true',
      'alert_secrets={"ALERT_WEBHOOK_URL":"webhook:3"}',
      `images=${map('service')}`,
      `sources=${map('function')}`,
    ];
    const plan = terraform(folder, [
      'plan',
      '-no-color',
      '-input=false',
      ...variables.map((one) => `-var=${one}`),
    ]);
    const count = Object.values(CONFIGURATION.resource).flatMap((ofType) => Object.keys(ofType)).length;
    expect(plan.said).toContain(`Plan: ${count} to add, 0 to change, 0 to destroy.`);
  });

  test('refuses a reference to what does not exist', () => {
    const broken = JSON.parse(
      JSON.stringify(CONFIGURATION).replaceAll(
        'google_pubsub_topic.nba-phase4-trigger.',
        'google_pubsub_topic.nba-phase4-start.',
      ),
    );
    const folder = folderWith(withoutProvider(broken));
    expect(terraform(folder, ['init', '-no-color'])).toMatchObject({ status: 0 });
    const { status, said } = terraform(folder, ['validate', '-no-color']);
    expect(said).toContain('nba-phase4-start');
    expect(status).toBe(1);
  });
});
