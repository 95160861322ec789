import { execFile } from 'node:child_process';
import { decideVerdict } from './decide-verdict.ts';

/** Ask the registry what is known against the packages that are deployed, and say plainly when it does not answer. */
async function main(): Promise<number> {
  const output = await new Promise<string>((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { maxBuffer: 64e6 }, (_error, stdout, stderr) =>
      resolve(stdout.trim() === '' ? stderr : stdout),
    );
  });
  const { exit_code, lines } = decideVerdict(output);
  process.stdout.write(`${lines.join('\n')}\n`);
  return exit_code;
}

process.exitCode = await main();
