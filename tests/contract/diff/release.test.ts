import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { allowancesIn, notAllowed } from '../../../scripts/contract/diff/release/allowed.ts';
import { changelogEntries } from '../../../scripts/contract/diff/release/entries.ts';
import { smallestVersion, versionProblem } from '../../../scripts/contract/diff/release/version.ts';
import { realContract } from '../edited-contract.ts';
import { compared } from './compared.ts';

const PUSH_PATH = ['x-subscriptions', 'nba-phase4-trigger-sub', 'push_path'];
const [MAJOR = 0, MINOR = 0, PATCH = 0] = realContract().version.split('.').map(Number);

describe('the version follows from the verdict', () => {
  test.each([
    ['breaking', PUSH_PATH, '/work', `${MAJOR + 1}.0.0`],
    [
      'in need of an order',
      ['x-deployment', 'resource_roles', 'sender'],
      'roles/pubsub.editor',
      `${MAJOR}.${MINOR + 1}.0`,
    ],
    [
      'compatible',
      ['x-subscriptions', 'nba-phase4-trigger-sub', 'message_retention_seconds'],
      864_000,
      `${MAJOR}.${MINOR + 1}.0`,
    ],
    ['of documentation', ['x-endpoints', 0, 'purpose'], 'Scrapes.', `${MAJOR}.${MINOR}.${PATCH + 1}`],
  ])('a change that is %s', (_name, path, value, version) => {
    expect(smallestVersion(compared((document) => document.setIn(path, value)))).toBe(version);
  });

  test('one that is too small is refused, and one that is large enough is not', () => {
    const edited = (version: string) =>
      compared((document) => {
        document.setIn(PUSH_PATH, '/work');
        document.setIn(['info', 'version'], version);
      });
    expect(versionProblem(edited(`${MAJOR}.${MINOR + 1}.0`))).toMatch(
      /expected info.version to be at least \d+\.0\.0, since .* a change is breaking; got/,
    );
    expect(versionProblem(edited(`${MAJOR + 1}.0.0`))).toBeUndefined();
    expect(versionProblem(compared(() => undefined))).toBeUndefined();
  });

  test('lines for the changelog name the version and each change that a program can notice', () => {
    const text = changelogEntries(compared((document) => document.setIn(PUSH_PATH, '/work')));
    expect(text).toMatch(
      new RegExp(
        `^- Version ${MAJOR + 1}\\.0\\.0\\.\\n- \\*\\*Breaking\\.\\*\\* X-subscriptions.nba-phase4-trigger-sub: push_path is /work`,
      ),
    );
  });
});

describe('a line breaking-ok allows a breaking change', () => {
  const { changes } = compared((document) => document.setIn(PUSH_PATH, '/work'));
  test.each([
    ['a reason alone', '- breaking-ok: the receiver serves both', 0],
    ['the place', '- breaking-ok: `x-subscriptions.nba-phase4-trigger-sub` serves both', 0],
    ['another place', '- breaking-ok: `x-subscriptions.nba-phase5-trigger-sub` serves both', 1],
    ['no reason', '- breaking-ok: ``', 1],
    ['nothing', '', 1],
  ])('%s', (_name, line, open) => {
    const changelog = `# Changelog\n\n## Unreleased\n\n${line}\n\n## 1.0.0\n`;
    expect(notAllowed(changes, allowancesIn(changelog))).toHaveLength(open);
  });

  test('a line of a released version allows nothing any more', () => {
    const changelog = '## Unreleased\n\n- new\n\n## 1.0.0\n\n- breaking-ok: all of it\n';
    expect(notAllowed(changes, allowancesIn(changelog))).toHaveLength(1);
  });
});

test('the action passes what it is given as arguments of the command, never as text of a script', () => {
  const action = parse(
    readFileSync(new URL('../../../.github/actions/contract-diff/action.yml', import.meta.url), 'utf8'),
  );
  const scripts = action.runs.steps.map((step: { readonly run: string }) => step.run);
  expect(scripts.join('\n')).not.toContain('${{');
  expect(scripts[0]).toContain('npx contract diff "$OLD" "$NEW" --markdown');
});
