import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Instrumented } from './drawing/instrument.ts';
import type { Mutant } from './drawing/mutant.ts';
import { type Coverage, coverageFile, joinCoverage, readCoverage } from './judging/coverage.ts';
import { type Reach, stagesOf } from './judging/order.ts';
import type { Pool } from './judging/pool.ts';
import { casesOf } from './judging/target.ts';
import type { Answer, Programs, Task } from './judging/worker.ts';
import type { Options } from './options.ts';
import type { Result } from './telling/results.ts';

/** The judge's seed: one for all mutants, so that a survivor is the mutant's doing and not the draw's. */
const JUDGE_SEED = 20240115;

/** When a mutant counts as undecided. */
const LIMIT_MS = 120_000;

/** How long the coverage may take. */
const COVER_MS = 1_200_000;

/** Gives which mutants each case reaches; runs every case once when that is not known for these sources and this judge. */
export async function coverageOf(
  programs: Instrumented,
  pool: Pool,
  { workers, old_coverage }: Pick<Options, 'workers' | 'old_coverage'>,
): Promise<Coverage> {
  const known = readCoverage(programs, old_coverage);
  const names = casesOf(programs.subject)
    .map(({ name }) => name)
    .filter((name) => known?.cases[name] === undefined);
  if (known !== undefined && names.length === 0) return known;
  const shares: Coverage[] = known === undefined ? [] : [known];
  const tasks = Array.from(
    { length: workers },
    (_, lane): Task => ({
      kind: 'cover',
      programs: only(programs),
      names: names.filter((_, index) => index % workers === lane),
      seed: JUDGE_SEED,
    }),
  );
  await pool.run(tasks, COVER_MS, (_, answer) => {
    if (answer?.kind !== 'covered') throw new Error(`the coverage could not be recorded: ${wordsOf(answer)}`);
    shares.push(answer.coverage);
  });
  const coverage = joinCoverage(shares);
  const file = coverageFile(programs);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(coverage));
  return coverage;
}

function only({ subject, root }: Instrumented): Programs {
  return { subject, root };
}

/** A mutant with the cases that reach it. */
export interface Reached {
  readonly mutant: Mutant;
  readonly reach: Reach;
}

/** What judging a sample needs beside its mutants. */
export interface Surroundings {
  readonly programs: Programs;
  readonly coverage: Coverage;
  /** Results of earlier runs: checks that caught much come first. */
  readonly earlier: readonly Result[];
  /** Digest of the sources and of the judge. */
  readonly judged: string;
  /** How often the right implementation is judged among them. */
  readonly controls: number;
  readonly onResult: (result: Result) => void;
  /** Told what the judge said of the right implementation; anything but `survived` is a false alarm. */
  readonly onControl: (result: string) => void;
}

type JudgeTask = Extract<Task, { kind: 'judge' }> & Reached;

/** Judges mutants side by side, each as soon as a worker is free. What no case runs costs no run. */
export async function judgeSample(
  sample: readonly Reached[],
  pool: Pool,
  around: Surroundings,
): Promise<void> {
  const catches = new Map<string, { readonly count: number; readonly total_ms: number }>();
  const learn = ({ by }: Pick<Result, 'by'>): void => {
    if (by === null) return;
    const { count, total_ms } = catches.get(by.check) ?? { count: 0, total_ms: 0 };
    catches.set(by.check, { count: count + 1, total_ms: total_ms + by.duration_ms });
  };
  around.earlier.forEach(learn);
  const resultOf = ({ mutant, reach }: Reached, answer: Answer | null, cases = 0, seconds = 0): Result => {
    const { id: _, excluded: __, ...identity } = mutant;
    const common = { ...identity, components: reach.components, cases, seconds, seed: JUDGE_SEED };
    return { ...common, judged: around.judged, at: new Date().toISOString(), ...said(reach, answer) };
  };
  const reached = sample.filter(({ reach }) => reach.cases.length > 0);
  for (const one of sample.filter(({ reach }) => reach.cases.length === 0)) {
    around.onResult(resultOf(one, null));
  }
  const every = Math.ceil(reached.length / Math.max(1, around.controls));
  function* tasks(): Generator<JudgeTask> {
    for (const [index, one] of reached.entries()) {
      const task = {
        ...one,
        kind: 'judge' as const,
        programs: around.programs,
        stages: stagesOf(one.reach, around.coverage, catches),
        seed: JUDGE_SEED,
        limit_ms: LIMIT_MS,
      };
      if (around.controls > 0 && index % every === 0) yield { ...task, id: null };
      yield { ...task, id: one.mutant.id };
    }
  }
  await pool.run(tasks(), LIMIT_MS, ({ id, stages, ...one }, answer) => {
    const seconds = answer?.kind === 'judged' ? answer.seconds : LIMIT_MS / 1000;
    const result = resultOf(one, answer, stages.flat().length, seconds);
    if (id === null) return around.onControl(describe(result));
    learn(result);
    around.onResult(result);
  });
}

function describe({ result, by, words }: Result): string {
  return by === null
    ? [result, words ?? ''].join(' ').trim()
    : `${by.requirement} ${by.anomaly} (${by.case})`;
}

function said({ components, cases }: Reach, answer: Answer | null): Pick<Result, 'result' | 'by' | 'words'> {
  if (components.length === 0) return { result: 'uncovered', by: null, words: null };
  if (cases.length === 0) return { result: 'survived', by: null, words: 'no case is new since it survived' };
  if (answer?.kind !== 'judged') return { result: 'broken', by: null, words: wordsOf(answer) };
  const { outcome } = answer;
  return {
    result: outcome.result,
    by: outcome.result === 'caught' ? outcome.by : null,
    words: 'words' in outcome ? outcome.words : null,
  };
}

function wordsOf(answer: Answer | null): string {
  return answer?.kind === 'failed' ? answer.words : 'the worker gave no answer in time and was ended';
}

/** Tell whether a component runs the code of a mutant; null for any. */
export function runsOn({ reach }: Reached, component: string | null): boolean {
  return component === null || reach.components.some((name) => name === component);
}
