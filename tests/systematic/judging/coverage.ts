import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { COMPONENT_NAMES, type ComponentName } from '../../../conformance/contract/names.ts';
import { startWorld } from '../../../conformance/harness/world/world.ts';
import { judgeCase } from '../../../conformance/verdict/anomalies.ts';
import { type Case, tryCases } from '../../../conformance/verdict/running/cases.ts';
import { digestOf } from '../drawing/files.ts';
import { cacheOf, type Instrumented } from '../drawing/instrument.ts';
import { casesOf, targetOf } from './target.ts';

/** What the right implementation does in each case of the judge, run one after the other. */
export interface Coverage {
  /** Mutants whose code runs while a component starts, before any case, by component. */
  readonly at_start: CoveredCase['reached'];
  readonly cases: Readonly<Record<string, CoveredCase>>;
}

/** One case, by its name. */
export interface CoveredCase {
  readonly duration_ms: number;
  /** Mutants whose code runs in it, by id, by the component that runs it. */
  readonly reached: Readonly<Partial<Record<ComponentName, readonly string[]>>>;
  /** What the judge said against it; anything here is a false alarm. */
  readonly anomalies: readonly string[];
}

/** Where the coverage of these programs by this judge is kept. */
export function coverageFile({ root }: Pick<Instrumented, 'root'>): string {
  return path.join(root, `coverage-${digestOf(['conformance'])}.json`);
}

/**
 * Read the coverage of some programs by this judge; undefined when nobody has recorded any.
 *
 * @param may_be_old  take the newest one by an earlier judge when there is none by this one: it lacks the cases that are
 *                    new, and those that have changed may reach more than it says.
 */
export function readCoverage(
  programs: Pick<Instrumented, 'root'>,
  may_be_old: boolean,
): Coverage | undefined {
  const exact = coverageFile(programs);
  const folder = path.dirname(exact);
  const old = readdirSync(folder)
    .filter((name) => name.startsWith('coverage-'))
    .map((name) => path.join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const [file] = existsSync(exact) ? [exact] : may_be_old ? old : [];
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Coverage);
}

/** Runs some cases, each alone, and keeps which mutants each of them reaches. */
export async function recordCoverage(
  programs: Pick<Instrumented, 'subject' | 'root'>,
  names: readonly string[],
  seed: number,
  tell: (one: Case, duration_ms: number) => void = () => {},
): Promise<Coverage> {
  const folder = path.join(cacheOf(programs.subject), `reached-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'now'), '');
  const target = targetOf(programs, 'coverage', { SYSTEMATIC_COVERAGE: folder });
  const cases = casesOf(programs.subject).filter(({ name }) => names.includes(name));
  const replicas = COMPONENT_NAMES.filter((name) =>
    cases.some(({ check }) => check.replicas?.includes(name)),
  );
  const world = await startWorld(target, 'embedded', COMPONENT_NAMES, () => {}, { replicas });
  const covered: Record<string, CoveredCase> = {};
  try {
    for (const one of cases) {
      await begin(folder, one.name);
      const [run] = await tryCases(world, [one], seed, { onDone: () => {}, onLeftOut: () => {} });
      if (run === undefined) continue;
      await begin(folder, `after ${one.name}`);
      covered[one.name] = {
        duration_ms: run.duration_ms,
        reached: reachedIn(folder, one.name),
        anomalies: judgeCase(run)
          .filter(({ requirement }) => !programs.subject.told.includes(requirement))
          .map(({ requirement, anomaly }) => `${requirement} ${anomaly}`),
      };
      tell(one, run.duration_ms);
    }
    return { at_start: reachedIn(folder, ''), cases: covered };
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says what runs now, and waits until every component has heard it and has written what it reached before. */
async function begin(folder: string, name: string): Promise<void> {
  writeFileSync(path.join(folder, 'now'), name);
  const line = JSON.stringify({ now: name });
  const heard = (): boolean =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.log') && isAlive(Number(file.slice(0, -4))))
      .every((file) => readFileSync(path.join(folder, file), 'utf8').includes(`${line}\n`));
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!heard()) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    // What was written before the watcher was there.
    look();
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface LogLine {
  readonly component?: ComponentName;
  readonly case?: string;
  readonly reached?: readonly string[];
}

/** What each component has written for a case; the empty name stands for its start. */
function reachedIn(folder: string, name: string): CoveredCase['reached'] {
  const reached = new Map<ComponentName, Set<string>>();
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.log'))) {
    const lines = readFileSync(path.join(folder, file), 'utf8').split('\n');
    const [{ component } = {}, ...rest] = lines.filter(isWhole).map((line) => JSON.parse(line) as LogLine);
    if (component === undefined) continue;
    const own = reached.get(component) ?? new Set();
    for (const line of rest) {
      if (line.case === name) for (const id of line.reached ?? []) own.add(id);
    }
    if (own.size > 0) reached.set(component, own);
  }
  return Object.fromEntries([...reached].map(([component, ids]) => [component, [...ids]]));
}

/** A process that was ended may have left a part of a line. */
function isWhole(line: string): boolean {
  return line.endsWith('}');
}

/** Put the coverage of several shares together. */
export function joinCoverage(shares: readonly Coverage[]): Coverage {
  return {
    at_start: Object.assign({}, ...shares.map(({ at_start }) => at_start)),
    cases: Object.assign({}, ...shares.map(({ cases }) => cases)),
  };
}
