import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../apply.ts';
import { MUTANTS } from '../catalogue.ts';
import { type Demonstration, demonstrate } from '../demonstrate.ts';
import { FAMILIES, type Family } from './families.ts';

const HEAD = `# How to read a failure

A failure says which promise is broken, shows the proof, and ends with a command that runs the case again. This page shows one failure of each
family of faults. \`npm run docs:failures\` writes it: it breaks the reference once per family, judges it, and copies what the judge says. In your
report the numbers of events and the times of day are different.

With \`--verbose\`, as below, a failure has five parts:

1. the requirement, its level and its sentence;
2. the name of the anomaly, the case that shows it, and how many more cases do;
3. the proof: two or three sentences that cite events of the case, such as \`#12\`;
4. the smallest case: which round or schedule it is, and the messages that led to the failure;
5. one command that runs this case again, with the same seed, dates, message ids and schedule.

\`npx conformance explain "lost trigger"\` says what the name of an anomaly means, and [mending.md](mending.md) how to mend it.

**Run failures again.** A run stores its failures in \`.conformance/failures\`. \`--failures DIR\` names another folder. After a fix, run them again:

| command | runs again |
|---|---|
| \`conformance replay\` | all stored failures |
| \`conformance replay FANIN-007\` | those of one requirement |
| \`conformance replay FILE\` | one that somebody sent you |
| \`conformance replay --target FILE\` | all, against another implementation |

[reports.md](reports.md#stored-failures) says what FIXED, STILL FAILING and CANNOT RUN mean.

\`npm run test:mutants -- --show L02\` prints the failures of any broken implementation in \`tests/mutants/\`. In the commands below,
\`broken.yaml\` stands for the target file of the broken implementation.
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
