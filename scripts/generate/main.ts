import { fileURLToPath } from 'node:url';
import { checkGenerated, fixExamples, generate } from './command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const command = process.argv.includes('--check')
  ? checkGenerated
  : process.argv.includes('--fix-examples')
    ? fixExamples
    : generate;
const { exit_code, lines } = await command(ROOT);
for (const line of lines) (exit_code === 0 ? console.log : console.error)(line);
process.exitCode = exit_code;
