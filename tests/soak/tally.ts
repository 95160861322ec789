import type { Leftovers, SoakResult } from './once/outcome.ts';

/** Read the results of earlier slices, one a line; a line that was cut off by a crash is left out. */
export function readResults(text: string): readonly SoakResult[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as SoakResult];
    } catch {
      return [];
    }
  });
}

/** Count what stayed behind. */
export function countLeftovers({ processes, ports, temporary }: Leftovers): number {
  return processes.length + ports.length + temporary.length;
}

/** Write what the results came to as a section of docs/trust.md. */
export function sectionOf(results: readonly SoakResult[], command: string): string {
  const [first] = results;
  if (first === undefined) return `Not measured yet: \`${command}\``;
  const last = results.at(-1) ?? first;
  const hours = results.reduce((sum, { duration_seconds }) => sum + duration_seconds, 0) / 3600;
  const rows = groups(results).map(([name, own]) => `| ${[name, ...figures(own)].join(' | ')} |`);
  const total = `| **together** | ${figures(results).join(' | ')} |`;
  return `${results.length} runs of the judge against implementations that conform, each with a new seed, took ${hours.toFixed(1)} hours
(\`${command}\`, from ${first.at} to ${last.at}, commits ${first.commit} to ${last.commit}). A false alarm is a run that says that a MUST is broken, or
not testable; \`no verdict\` is a run that ended without one, \`stuck\` one that had to be ended.

| implementation | runs | of them whole | under load | cases | false alarms | SHOULDs told wrongly | no verdict | stuck | left behind |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
${[...rows, total].join('\n')}

${tellAlarms(results)}`;
}

/** Say the same in one line, for the terminal. */
export function lineOf({
  target,
  kind,
  load,
  seed,
  outcome,
  accusations,
  leftovers,
  ...rest
}: SoakResult): string {
  const told = accusations.map(({ id }) => id).join(' ');
  const left = countLeftovers(leftovers);
  return [
    `${outcome}: ${target}, ${kind}${load ? ', under load' : ''}, seed ${seed}, ${rest.cases} cases in ${rest.duration_seconds.toFixed(1)} s`,
    ...(told === '' ? [] : [`accused of ${told}`]),
    ...(left === 0 ? [] : [`${left} left behind`]),
  ].join('; ');
}

function groups(results: readonly SoakResult[]): readonly (readonly [string, readonly SoakResult[]])[] {
  const names = [...new Set(results.map(({ target }) => target))].sort();
  return names.map((name) => [name, results.filter(({ target }) => target === name)]);
}

function figures(results: readonly SoakResult[]): readonly number[] {
  const count = (is: (result: SoakResult) => boolean): number => results.filter(is).length;
  return [
    results.length,
    count(({ kind }) => kind === 'whole'),
    count(({ load }) => load),
    results.reduce((sum, { cases }) => sum + cases, 0),
    count(({ outcome }) => outcome === 'false alarm'),
    count(({ accusations }) => accusations.some(({ level }) => level === 'SHOULD')),
    count(({ outcome }) => outcome === 'no verdict'),
    count(({ outcome }) => outcome === 'stuck'),
    count(({ leftovers }) => countLeftovers(leftovers) > 0),
  ];
}

/** Each accusation once, with how often it came and one run that shows it. */
function tellAlarms(results: readonly SoakResult[]): string {
  const seen = new Map<string, { count: number; readonly sentence: string }>();
  for (const { target, kind, seed, load, accusations } of results) {
    for (const { id, level, why } of accusations) {
      const key = `${target} ${id}`;
      const known = seen.get(key);
      if (known !== undefined) known.count += 1;
      else {
        const how = `${kind}${load ? ', under load' : ''}, seed ${seed}`;
        seen.set(key, {
          count: 1,
          sentence: `\`${id}\` (${level}) of ${target} (${how}): ${why.slice(0, 240)}`,
        });
      }
    }
  }
  if (seen.size === 0) return 'Nobody was accused of anything.';
  return [...seen.values()].map(({ count, sentence }) => `- ${count} ×: ${sentence}`).join('\n');
}
