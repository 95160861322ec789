import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KINDS } from '../../scripts/contract/command/add.ts';
import { main } from '../../scripts/contract/command/main.ts';
import { anchorsOnDisk } from '../../scripts/contract/records/anchors.ts';
import { emptyFolder, ROOT } from './generated-folder.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...pagesIn('docs'), ...pagesIn('docs/operating')];

function pagesIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => `${folder}/${name}`);
}

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

test.each(PAGES)('every link of %s leads to a file and a heading of this repository', (page) => {
  const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)];
  const dead = links.filter(([, file = '', anchor]) => {
    const target = file === '' ? page : normalize(join(dirname(page), file));
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && anchorsOnDisk(target)?.includes(anchor) !== true;
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});

/** Split a command as a shell does, as far as these pages need it. */
function wordsOf(command: string): readonly string[] {
  return [...command.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, quoted, single, plain]) => quoted ?? single ?? plain ?? '',
  );
}

describe('npx contract, as the pages and its own help show it', () => {
  const shown = ['docs/contract.md', 'docs/alerts.md'].flatMap((page) =>
    [...textOf(page).matchAll(/^npx (contract add (?:.*\\\n)*.*)$/gm)].map(([, command = '']) => command),
  );
  const commands = [...shown, ...KINDS.map(({ example }) => example)];
  const { folder, remove } = emptyFolder();
  afterAll(remove);

  test('has an example of every kind on a page', () => {
    for (const { name } of KINDS) expect(shown.join('\n')).toContain(`contract add ${name}`);
  });

  test.each(commands.map((command, index) => [index, command] as const))(
    'example %i adds what it says',
    async (index, command) => {
      const root = join(folder, String(index));
      mkdirSync(root);
      cpSync(join(ROOT, 'asyncapi.yaml'), join(root, 'asyncapi.yaml'));
      expect(await main(wordsOf(command).slice(1), root)).toBe(0);
      expect(readFileSync(join(root, 'asyncapi.yaml'), 'utf8')).not.toBe(textOf('asyncapi.yaml'));
      // What is added is linted before it is written; that the command of its own agrees is seen once.
      if (index === 0) expect(await main(['lint'], root)).toBe(0);
    },
    60_000,
  );

  test('answers usage with 2, and a broken contract with 1', async () => {
    expect(await main(['add', 'nothing'], ROOT)).toBe(2);
    expect(await main(['add', 'topic'], ROOT)).toBe(2);
    expect(await main(['--help'], ROOT)).toBe(0);
  });
});
