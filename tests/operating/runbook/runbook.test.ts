import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { requireScene, type Scene } from '../stage/scenes.ts';
import { closeCloud, openCloud } from '../stage/stage.ts';
import { classify, firstMissing, readMentions, readSteps, type Step } from './page.ts';

const PAGES = new URL('../../../docs/operating/', import.meta.url);

/** Commands that write files write them here. */
const folder = mkdtempSync(join(tmpdir(), 'runbook-'));
const home = process.cwd();

// Whole pipelines run here; this is a limit for a busy machine and not what it takes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

beforeAll(async () => {
  await openCloud();
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  await closeCloud();
});

/** The steps of each scene that the page sets up. */
function actsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const acts: Step[][] = [];
  for (const step of steps) {
    const last = acts.at(-1);
    if (last?.[0]?.scene_number === step.scene_number) last.push(step);
    else acts.push([step]);
  }
  return acts;
}

const pages = readdirSync(PAGES).filter((name) => name.endsWith('.md'));
const read = (page: string): string => readFileSync(new URL(page, PAGES), 'utf8');
const run = pages.flatMap((page) => readSteps(read(page))).flatMap(({ commands }) => commands);

for (const page of pages) {
  const steps = readSteps(read(page));

  describe(`docs/operating/${page}`, () => {
    test('every command can be run by a test', () => {
      const strange = steps.flatMap(({ line, commands }) =>
        commands.filter((command) => classify(command) === undefined).map((command) => `${line}: ${command}`),
      );
      expect(strange).toEqual([]);
    });

    test('every command that a sentence names is run in some block', () => {
      const strange = readMentions(read(page)).filter(
        (mention) => !run.some((command) => command.replace('npx pipeline ', '').startsWith(mention)),
      );
      expect(strange).toEqual([]);
    });

    for (const act of actsOf(steps)) {
      const [first] = act;
      // These two are acted elsewhere: practice.test.ts starts the processes, tests/deploy has the recording server.
      if (first === undefined || ['practice', 'project'].includes(first.scene)) continue;
      test(`line ${first.line}: in the scene ${first.scene} the commands print what the page says`, async () => {
        const scene = await requireScene(first.scene);
        try {
          for (const step of act) await take(step, scene);
        } finally {
          await scene.stage.close();
        }
      });
    }
  });
}

async function take(
  { line, commands, expected, exit_code }: Step,
  { stage, variables }: Scene,
): Promise<void> {
  let output = '';
  for (const [index, command] of commands.entries()) {
    const args = command
      .replace(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? `no-${name}`)
      .split(' ')
      .slice(2);
    const ended = await stage.run(...args);
    output += ended.out + ended.err;
    const due = index === commands.length - 1 ? exit_code : 0;
    expect(ended.exit_code, `line ${line}: ${command}\n${output}`).toBe(due);
  }
  const missing = firstMissing(expected, output);
  expect(missing, `line ${line}: not in the output, in this order:\n${missing}\n\n${output}`).toBeUndefined();
}
