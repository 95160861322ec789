import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../apply.ts';
import { MUTANTS } from '../catalogue.ts';
import { type Demonstration, demonstrate } from '../demonstrate.ts';
import { FAMILIES, type Family } from './families.ts';

const HEAD = `# How to read a failure

This page is printed by \`npm run docs:failures\`: it breaks the reference once per family of faults, judges it, and writes
down what the judge says. Numbers of events and times of day differ from run to run; the rest does not.

With \`--verbose\`, as below, a failure has five parts:

1. the requirement, its level and its sentence;
2. the anomaly's name and the case that shows it, and how many more cases do;
3. the proof: two or three sentences that cite events of the case as \`#12\`;
4. the smallest case: which round, or which schedule, and the messages that led to it;
5. one command that runs that case again, with the same seed, dates, message ids and schedule.

Failures are stored in \`.conformance/failures\` (\`--failures DIR\` for another folder). After a fix,
\`conformance replay\` runs them again and says FIXED, STILL FAILING or CANNOT RUN for each; \`replay FANIN-007\` those of one
requirement, \`replay FILE\` one that somebody sent, \`--target FILE\` against another implementation. Its exit code is 0 when
all are fixed, 1 when one still fails, 3 when one cannot run; \`--prune\` forgets those that are fixed.

\`npm run test:mutants -- --show L02\` prints the same for any broken implementation of \`tests/mutants/\`. Below,
\`broken.yaml\` is the target file of the implementation in question.
`;

function section({ name, symptom, mutant, requirement }: Family, shown: Demonstration): string {
  const failure = shown.failures.find((block) => block.startsWith(requirement));
  if (failure === undefined) {
    throw new Error(
      `${mutant}: expected a failure of ${requirement}, got ${shown.failures.map((block) => block.split(' ')[0]).join(', ') || 'none'}`,
    );
  }
  const replayed = (text: string): string =>
    text
      .split('\n')
      .filter((line) => line.includes(` ${requirement} `))
      .slice(0, 1)
      .join('\n');
  return [
    `## ${name}`,
    '',
    `${symptom} (\`${mutant}\`)`,
    '',
    '```text',
    failure,
    '```',
    '',
    'Replayed against the broken implementation, and against the reference:',
    '',
    '```text',
    replayed(shown.replay_broken),
    replayed(shown.replay_right),
    '```',
    '',
  ].join('\n');
}

/** Breaks the reference once per family and writes docs/failures.md. */
async function writePage(): Promise<void> {
  const sections: string[] = [];
  for (const family of FAMILIES) {
    const mutant = MUTANTS.find(({ id }) => id === family.mutant);
    if (mutant === undefined)
      throw new Error(`${family.mutant} is no mutant; correct tests/mutants/page/families.ts`);
    process.stderr.write(`${family.mutant}\n`);
    sections.push(section(family, await demonstrate(mutant, [family.check])));
  }
  writeFileSync(path.join(ROOT, 'docs/failures.md'), [HEAD, ...sections].join('\n'));
}

await writePage();
