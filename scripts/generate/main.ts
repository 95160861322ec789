import { fileURLToPath } from 'node:url';
import { checkGenerated, generate } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const { exit_code, lines } = await (process.argv.includes('--check') ? checkGenerated(ROOT) : generate(ROOT));
for (const line of lines) (exit_code === 0 ? console.log : console.error)(line);
process.exitCode = exit_code;
