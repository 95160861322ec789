import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Proof, pageOf, proofsOf } from './page.ts';
import { type Ended, resultOf } from './result.ts';
import { suitesOf } from './suites.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = `${ROOT}docs/proofs.md`;
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

/** Runs the named suites one after the other, and writes the row of each as soon as it has ended. */
async function main(names: readonly string[]): Promise<number> {
  const { scripts } = JSON.parse(read('package.json'));
  const suites = suitesOf(scripts, read('.ci/run'), read('CONTRIBUTING.md'));
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    const known = suites.map(({ name }) => name).join(', ');
    process.stderr.write(`expected suites out of ${known}; got ${unknown.join(', ')}\n`);
    return 2;
  }
  const proofs = new Map(existsSync(PAGE) ? proofsOf(readFileSync(PAGE, 'utf8')) : []);
  let failed = 0;
  for (const name of names) {
    const commit = commitNow();
    const ended = await runSuite(name);
    if (ended.exit_code !== 0) failed += 1;
    const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
    const proof: Proof = { result: resultOf(ended), date, commit };
    proofs.set(name, proof);
    writeFileSync(PAGE, pageOf(suites, proofs));
    process.stdout.write(`\n${name}: ${proof.result}\n`);
  }
  writeFileSync(PAGE, pageOf(suites, proofs));
  return failed === 0 ? 0 : 1;
}

function commitNow(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  // The page itself changes with every suite.
  const isChanged = git('status', '--porcelain', '--', '.', ':!docs/proofs.md') !== '';
  return `${git('rev-parse', '--short=7', 'HEAD')}${isChanged ? '+' : ''}`;
}

/** Shows what the suite prints while it runs. */
function runSuite(name: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', name], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (part) => {
      output += String(part);
      process.stdout.write(part);
    });
    child.stderr.on('data', (part) => process.stderr.write(part));
    child.once('error', reject);
    child.once('close', (code) => resolve({ output, exit_code: code ?? 1 }));
  });
}

process.exitCode = await main(process.argv.slice(2));
