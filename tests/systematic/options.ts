import { parseArgs } from 'node:util';
import { COMPONENT_NAMES, type ComponentName } from '../../conformance/contract/names.ts';

/** What the command was asked for. */
export interface Options {
  /** Name of the implementation whose faults are drawn. */
  readonly target: string;
  /** How many to draw; null for all. */
  readonly sample: number | null;
  readonly seed: number;
  readonly files: readonly string[];
  /** Only mutants whose code this component runs; null for any. */
  readonly component: ComponentName | null;
  readonly resume: boolean;
  /** Judge again what was not caught, with the judge as it is now. */
  readonly again: boolean;
  /** Take what an earlier judge's cases reached, and run every case that is new. */
  readonly old_coverage: boolean;
  readonly results: string | null;
  readonly workers: number;
  /** How often to judge the right implementation instead, to count false alarms. */
  readonly controls: number;
  /** Say only what the results file says. */
  readonly report: boolean;
  /** Write the score into docs/trust.md. */
  readonly trust: boolean;
}

/** What the command says when it is asked, or asked wrongly. */
export const USAGE = `npm run test:systematic -- [options]
  --target NAME      draw from this implementation of tests/targets, which must be JavaScript (default reference)
  --sample N         draw so many mutants at random (default 100)
  --all              take every mutant
  --seed S           draw the same ones again (default 1)
  --files GLOB       only these files of it, such as 'runs/*'; repeatable
  --component NAME   only mutants whose code the component runs
  --resume           go on behind the results that are there
  --again            the same, and judge again what was not caught: after the judge has learnt something
  --old-coverage     do not run every case once before, when only the judge has changed
  --results FILE     where results are (default .cache/systematic/TARGET/results.jsonl)
  --workers N        how many to judge at a time (default 2)
  --controls N       judge the right implementation so many times among them, and count false alarms
  --report           judge nothing: report on the results that are there
  --trust            write the score into docs/trust.md
`;

/** Read the words behind the command. @throws {Error} in words for whoever typed them. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      target: { type: 'string', default: 'reference' },
      sample: { type: 'string', default: '100' },
      all: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      files: { type: 'string', multiple: true, default: [] },
      component: { type: 'string' },
      resume: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      'old-coverage': { type: 'boolean', default: false },
      results: { type: 'string' },
      workers: { type: 'string', default: '2' },
      controls: { type: 'string', default: '0' },
      report: { type: 'boolean', default: false },
      trust: { type: 'boolean', default: false },
    },
  });
  return {
    target: values.target,
    sample: values.all ? null : whole('--sample', values.sample, 1),
    seed: whole('--seed', values.seed, 0),
    files: values.files,
    component: values.component === undefined ? null : componentOf(values.component),
    resume: values.resume || values.again,
    again: values.again,
    old_coverage: values['old-coverage'],
    results: values.results ?? null,
    workers: whole('--workers', values.workers, 1),
    controls: whole('--controls', values.controls, 0),
    report: values.report,
    trust: values.trust,
  };
}

function whole(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`${option} must be a whole number from ${least}, got "${text}"`);
}

function componentOf(text: string): ComponentName {
  const found = COMPONENT_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(`--component must be one of ${COMPONENT_NAMES.join(', ')}, got "${text}"`);
}
