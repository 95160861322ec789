import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Contract, readContract } from '../contract/contract.ts';
import { at, membersOf } from '../contract/json.ts';
import { cutRelease, withVersion } from './cut.ts';

const CHANGESET = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
const RELEASED = 'conformance/requirements/released';
const FROZEN = 'conformance/requirements/frozen';

/** The program: `version` or `publish`, in the folder of the repository. */
function main(what: string | undefined): number {
  if (what === 'version') return version();
  if (what === 'publish') return publish();
  console.error(`release: expected version or publish, got ${what ?? 'nothing'}`);
  return 2;
}

function version(): number {
  const before = manifest().version;
  const code = changeset('version');
  const { name, version: after } = manifest();
  if (code !== 0 || after === before) return code;
  const date = new Date().toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  writeFileSync('CHANGELOG.md', cutRelease(read('CHANGELOG.md'), after, date));
  writeFileSync('package-lock.json', withVersion(read('package-lock.json'), name, after));
  keepContract();
  console.log(`${name} ${after}, from ${before}`);
  return 0;
}

/** A contract that is part of a release is kept as it is, so that later ones can be compared with it. */
function keepContract(): void {
  const text = read('asyncapi.yaml');
  const contract = readContract(text, 'asyncapi.yaml');
  const file = `${RELEASED}/${contract.version}.yaml`;
  if (!existsSync(file)) {
    writeFileSync(file, text);
    writeFileSync(`${FROZEN}/${contract.version}.json`, frozenRecord(contract));
  } else if (read(file) !== text)
    throw new Error(
      `${file}: this version of the contract is released, and asyncapi.yaml differs from it; raise info.version (npx contract diff ${file})`,
    );
}

/** What the lint compares later requirements with. */
function frozenRecord({ version: contract, document }: Contract): string {
  const requirements = membersOf(at(document, 'x-requirements')).map(([id, asked]) => [
    id,
    { level: at(asked, 'level'), profile: at(asked, 'profile'), sentence: at(asked, 'sentence') },
  ]);
  return `${JSON.stringify({ contract, requirements: Object.fromEntries(requirements) }, null, 2)}\n`;
}

function publish(): number {
  const repository = process.env['GITHUB_REPOSITORY'];
  // Whoever checks the provenance compares it with what package.json says of its repository.
  if (repository !== undefined) {
    const { status } = spawnSync('npm', [
      'pkg',
      'set',
      `repository.url=git+https://github.com/${repository}.git`,
    ]);
    if (status !== 0) return 1;
  }
  return changeset('publish');
}

function changeset(command: string): number {
  return spawnSync(process.execPath, [CHANGESET, command], { stdio: 'inherit' }).status ?? 1;
}

function manifest(): { readonly name: string; readonly version: string } {
  return JSON.parse(read('package.json'));
}

function read(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}

process.exitCode = main(process.argv[2]);
