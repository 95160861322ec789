import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runDeploy } from '../../../scripts/deploy/command.ts';
import type { Gcloud } from '../../../scripts/deploy/gcloud/run.ts';
import { runDrift } from '../../../scripts/drift/command.ts';

/** A gcloud that answers by the first words of its arguments, and else complains. */
function gcloudThat(answers: Readonly<Record<string, unknown>>): Gcloud {
  return (args) => {
    const found = Object.entries(answers).find(([words]) => args.join(' ').startsWith(words));
    return Promise.resolve(
      found === undefined
        ? {
            code: 1,
            stdout: '',
            stderr: 'ERROR: (gcloud) You do not currently have an active account selected.',
          }
        : { code: 0, stdout: JSON.stringify(found[1]), stderr: '' },
    );
  };
}

const EMPTY_PROJECT = gcloudThat({
  'projects describe': { projectNumber: '42' },
  'services list': [],
  'config config-helper': {
    credential: { access_token: 'token' },
    // Nothing listens there, so that a test that would read a policy fails.
    configuration: {
      properties: { api_endpoint_overrides: { cloudresourcemanager: 'http://127.0.0.1:9/' } },
    },
  },
});

async function run(main: 'deploy' | 'drift', args: string, gcloud: Gcloud = gcloudThat({})) {
  const out: string[] = [];
  const err: string[] = [];
  const means = {
    gcloud,
    say: (line: string) => out.push(line),
    complain: (line: string) => err.push(line),
    wait: () => Promise.resolve(),
  };
  const code = await (main === 'deploy' ? runDeploy : runDrift)(args === '' ? [] : args.split(' '), means);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('a plan for a project that nobody can ask', () => {
  test('names everything without an account, with a project or without', async () => {
    const { code, out } = await run('deploy', 'apply --plan --assume-empty');
    expect(code).toBe(0);
    expect(out).toMatch(/^Plan for PROJECT in /);
    expect(out).toMatch(/create subscription nba-phase4-trigger-sub/);
    expect(out).toMatch(/\d+ to create, 0 to change, 0 to leave/);
    expect((await run('deploy', 'apply --plan --assume-empty --project nba-staging')).out).toMatch(
      /Plan for nba-staging/,
    );
  });

  test('names what keeps messages in BigQuery, and that it costs money, only where it is asked for', async () => {
    const plain = await run('deploy', 'apply --plan --assume-empty');
    const kept = await run('deploy', 'apply --plan --assume-empty --analytics');
    expect(plain.out).not.toMatch(/Analytics|BigQuery|bigquery/);
    expect(kept.out).toContain(
      '\nAnalytics\n  + create api bigquery.googleapis.com\n  + create dataset nba_pipeline\n',
    );
    expect(kept.out).toContain('  + create subscription nba-phase4-trigger-bigquery\n');
    expect(kept.out).toContain('BigQuery costs money');
  });

  test('is never carried out', async () => {
    const { code, err } = await run('deploy', 'apply --assume-empty --project nba-staging');
    expect(code).toBe(2);
    expect(err).toMatch(/expected --plan with --assume-empty/);
  });
});

describe('the command lines', () => {
  test.each([
    ['deploy', 'apply'],
    ['deploy', 'apply --project nba-staging --regoin us-west2'],
    ['deploy', 'rollback phase9 --project nba-staging'],
    ['deploy', 'fallback maybe --project nba-staging'],
    ['deploy', 'apply --project nba-staging --alert-secrets ALERT_WEBHOOK=hook'],
    ['deploy', 'apply --project nba-staging --alert-secrets ALERT_WEBHOOK_URL=https://hooks.example.com/1'],
    ['drift', ''],
  ] as const)('%s %s is refused with 2 and says why', async (main, args) => {
    const { code, err } = await run(main, args);
    expect(code).toBe(2);
    expect(err).not.toBe('');
  });

  test.each(['', 'apply ', 'destroy ', 'rollback ', 'pause ', 'resume ', 'fallback '])(
    'deploy %s--help explains itself and its exit codes',
    async (command) => {
      const { code, out } = await run('deploy', `${command}--help`);
      expect(code).toBe(0);
      expect(out).toContain('Usage: deploy');
      expect(out).toContain('Exit codes: 0');
    },
  );

  test.each(['nba-props-platform', 'nba-production', 'nba-live-test'])(
    '%s looks like production: a change is refused, a look is not',
    async (project) => {
      const refused = await run('deploy', `apply --project ${project}`);
      expect(refused.code).toBe(2);
      expect(refused.err).toContain('add --production if it is meant');
      // Looking fails for another reason: nobody is logged in.
      expect((await run('deploy', `apply --project ${project} --plan`)).code).toBe(3);
      expect((await run('deploy', `apply --project ${project} --production`)).code).toBe(3);
    },
  );

  test('a project that cannot be read ends with 3 and gcloud’s own words', async () => {
    for (const main of ['deploy', 'drift'] as const) {
      const { code, err } = await run(
        main,
        main === 'deploy' ? 'apply --project nba-staging' : '--project nba-staging',
      );
      expect(code).toBe(3);
      expect(err).toContain('You do not currently have an active account selected');
    }
  });

  test('a policy that cannot be read ends with 3 and its address', async () => {
    const { code, err } = await run('drift', '--project nba-staging', EMPTY_PROJECT);
    expect(code).toBe(3);
    expect(err).toContain('http://127.0.0.1:9/v1/projects/nba-staging:getIamPolicy');
  });

  test('an unknown schedule is refused with those that exist', async () => {
    const { code, err } = await run('deploy', 'pause phase5-retry --project nba-staging');
    expect(code).toBe(2);
    expect(err).toContain('phase5-retry-1, phase5-retry-2');
  });

  test('a schedule that is not deployed is refused', async () => {
    const gcloud = gcloudThat({ 'scheduler jobs list': [] });
    const { code, err } = await run('deploy', 'resume phase5-retry-1 --project nba-staging', gcloud);
    expect([code, err]).toEqual([
      2,
      'deploy: expected scheduler job phase5-retry-1 in nba-staging, found none; deploy first',
    ]);
  });
});

/** Every command line of this part in the documentation, without what npm takes for itself. */
function documentedCommands(): readonly (readonly ['deploy' | 'drift', string])[] {
  const docs = join(import.meta.dirname, '../../../docs');
  const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((page) =>
    page.endsWith('.md'),
  );
  const text = pages
    .map((page) => readFileSync(join(docs, page), 'utf8'))
    .join('\n')
    // Runbooks leave the project to the reader's shell.
    .replaceAll('$PROJECT', 'nba-staging');
  return [...text.matchAll(/^npm run (deploy:staging|deploy|drift) -- (.+)$/gm)].map(
    ([, script, args = '']) =>
      script === 'drift' ? ['drift', args] : ['deploy', script === 'deploy' ? args : `apply ${args}`],
  );
}

describe('the documentation', () => {
  test.each(documentedCommands())(
    '%s %s is a command: it fails only because nobody is logged in',
    async (main, args) => {
      expect((await run(main, args)).code).toBe(3);
    },
  );

  test('names every command', () => {
    const named = new Set(
      documentedCommands().map(([main, args]) => (main === 'drift' ? main : args.split(' ')[0])),
    );
    expect([...named].sort()).toEqual([
      'apply',
      'destroy',
      'drift',
      'fallback',
      'pause',
      'resume',
      'rollback',
    ]);
  });
});
