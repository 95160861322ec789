import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { decideVerdict } from './decide-verdict.ts';
import { deployedPackages, type LockFile } from './deployed.ts';

/** Ask the registry what is known against the packages that are deployed, and say plainly when it does not answer. */
async function main(): Promise<number> {
  const output = await new Promise<string>((resolve) => {
    execFile('npm', ['audit', '--json'], { maxBuffer: 64e6 }, (_error, stdout, stderr) =>
      resolve(stdout.trim() === '' ? stderr : stdout),
    );
  });
  const lock = JSON.parse(
    readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
  ) as LockFile;
  const deployed = deployedPackages(lock);
  const { exit_code, lines } = decideVerdict(output, (name) => deployed.has(name));
  process.stdout.write(`${lines.join('\n')}\n`);
  return exit_code;
}

process.exitCode = await main();
