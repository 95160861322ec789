import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JudgeIdentity } from '../certificate.ts';

/** The root of a clone or of the installed package. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What verdicts follow from: the judge, and what is generated from the contract. */
const SOURCES = ['conformance', 'generated'];

let known: JudgeIdentity | undefined;

/** Say which judge this is: the version of the package, and the digest of its sources. */
export function thisJudge(): JudgeIdentity {
  known ??= { version: versionOf(ROOT), hash: builtHash(ROOT) ?? hashOfSources(ROOT) };
  return known;
}

/** Compute the digest of the judge's sources below a folder: names and bytes, in the order of their names. */
export function hashOfSources(root: string): string {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => sourcesBelow(path.join(root, source)))) {
    const name = path.relative(root, file).split(path.sep).join('/');
    hash.update(`${name}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|json|yaml)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** An installed package has no sources; it says of which it was built. */
function builtHash(root: string): string | undefined {
  if (existsSync(path.join(root, 'conformance/cli/main.ts'))) return undefined;
  const { hash } = JSON.parse(readFileSync(path.join(root, 'lib/judge.json'), 'utf8')) as { hash: string };
  return hash;
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
