import { KINDS, label } from './kinds.ts';
import { judgeMonster, type MonsterOutcome } from './run.ts';

function line({ kind, code, seconds, left, problem, sentence }: MonsterOutcome): string {
  const verdict = problem === null ? `exit ${code}` : `WRONG: ${problem}`;
  const rest = left.length === 0 ? 'nobody' : left.join(' ');
  return `${label(kind).padEnd(32)}${verdict.padEnd(12)}${seconds.toFixed(1).padStart(7)} s  left: ${rest.padEnd(8)} ${sentence}\n`;
}

/** Judges every monster, or those whose name begins with an argument, and prints what became of each. */
async function main(argv: readonly string[]): Promise<number> {
  const flags = argv.filter((word) => word.startsWith('--'));
  const names = argv.filter((word) => !word.startsWith('--'));
  const chosen = KINDS.filter(
    (kind) => names.length === 0 || names.some((name) => label(kind).startsWith(name)),
  );
  let wrong = 0;
  for (const kind of chosen) {
    const outcome = await judgeMonster(kind, flags);
    process.stdout.write(line(outcome));
    if (outcome.problem !== null) wrong += 1;
  }
  process.stdout.write(`${chosen.length - wrong} of ${chosen.length} monsters ended as they must\n`);
  return wrong === 0 && chosen.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
