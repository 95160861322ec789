import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Where the actions lie that this repository offers. */
export const ACTIONS = fileURLToPath(new URL('../../../../.github/actions/', import.meta.url));

/** One step of an action or of a workflow's job. */
export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly uses?: string;
}

/** An action as its file describes it. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What the steps of an action did. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the action, as its file names them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The summary of the job. */
  readonly summary: string;
  /** Actions of others that GitHub would have run. */
  readonly left_out: readonly string[];
}

/** Where and on what occasion an action runs. */
export interface Occasion {
  readonly workspace: string;
  readonly temp: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Such as `{ event_name: 'push' }`, by dotted names. */
  readonly github: Readonly<Record<string, string>>;
}

/** Read the file of an action. */
export function readAction(name: string): Action {
  return parse(readFileSync(path.join(ACTIONS, name, 'action.yml'), 'utf8'));
}

/**
 * Run an action's own steps as GitHub would: conditions are asked, inputs become environment variables, outputs a file.
 * What others' actions do (a cache) is left out.
 */
export function runAction(
  name: string,
  given: Readonly<Record<string, string>>,
  { workspace, temp, environment, github }: Occasion,
): Ran {
  const action = readAction(name);
  const files = mkdtempSync(path.join(tmpdir(), 'action-'));
  const [output, summary] = [path.join(files, 'output'), path.join(files, 'summary')];
  writeFileSync(summary, '');
  const values = new Map<string, string>([
    ['github.action_path', path.join(ACTIONS, name)],
    ['runner.os', 'Linux'],
    ...Object.entries(github).map(([key, value]) => [`github.${key}`, value] as const),
  ]);
  for (const [key, { default: usual }] of Object.entries(action.inputs))
    values.set(`inputs.${key}`, given[key] ?? fill(usual, values));
  const left_out: string[] = [];
  let said = { status: 0, stdout: '', stderr: '' };
  for (const step of action.runs.steps) {
    const condition = step.if ?? 'success()';
    if (said.status !== 0 && !condition.includes('always()')) continue;
    if (!evaluate(condition, values)) continue;
    if (step.run === undefined) {
      left_out.push(step.uses ?? '');
      continue;
    }
    writeFileSync(output, '');
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([key, text]) => [key, fill(text, values)]),
    );
    const ran = spawnSync('bash', ['-c', step.run], {
      cwd: workspace,
      encoding: 'utf8',
      env: {
        ...environment,
        ...env,
        RUNNER_TEMP: temp,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    said = {
      status: said.status === 0 ? (ran.status ?? -1) : said.status,
      stdout: said.stdout + ran.stdout,
      stderr: said.stderr + ran.stderr,
    };
    for (const line of readFileSync(output, 'utf8').trim().split('\n')) {
      const [key = '', value = ''] = line.split(/=(.*)/s);
      values.set(`steps.${step.id}.outputs.${key}`, value);
    }
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs ?? {}).map(([key, { value }]) => [key, fill(value, values)]),
  );
  return { ...said, outputs, summary: readFileSync(summary, 'utf8'), left_out };
}

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return String(text).replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const value = evaluate(expression, values);
    return String(value ?? '');
  });
}

/** The expressions of GitHub that our actions use are those of JavaScript, but for names with dots and dashes. */
function evaluate(expression: string, values: ReadonlyMap<string, string>): unknown {
  const text = expression
    .replaceAll(/\b(?:inputs|github|steps|runner)\.[\w.-]+/g, (name) =>
      JSON.stringify(values.get(name) ?? ''),
    )
    .replaceAll(/\b(?:always|success)\(\)/g, 'true')
    .replaceAll(/format\('([^']*)\{0\}', ("[^"]*")\)/g, "'$1' + $2");
  return new Function(`return (${text});`)();
}
