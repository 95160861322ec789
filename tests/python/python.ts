import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where `scripts/strangers/packages.sh` has installed Python packages. */
export const PACKAGES = path.join(ROOT, '.cache/python');

/** What a program said. */
export interface Said {
  readonly code: number;
  readonly out: string;
}

/** Give the environment in which Python finds the installed packages and the given folders, and leaves no files. */
function pythonEnvironment(...folders: readonly string[]): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHONPATH: [...folders, PACKAGES].join(path.delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** Run Python to its end. */
export function python(
  args: readonly string[],
  folders: readonly string[],
  cwd: string = ROOT,
): Promise<Said> {
  return new Promise((resolve) => {
    const child = execFile(
      'python3',
      [...args],
      { cwd, env: pythonEnvironment(...folders), maxBuffer: 64e6 },
      (error, out, err) => resolve({ code: error === null ? 0 : (child.exitCode ?? -1), out: out + err }),
    );
  });
}

/** What Python is asked about one value. */
export interface Question {
  readonly direction: 'send' | 'receive';
  readonly name: string;
  readonly value: unknown;
}

/** What Python says of it. */
export interface Answer {
  readonly problems: readonly (readonly [field: string, expected: string, got: string])[];
  readonly model?: 'takes' | 'refuses';
  /** Whether the model gives back what it was made from. */
  readonly same?: boolean;
}

/** Ask one Python process all questions; `folder` holds the package `nba_pipeline_contract`. */
export async function askPython(folder: string, questions: readonly Question[]): Promise<readonly Answer[]> {
  const judge = path.join(ROOT, 'tests/python/judge.py');
  const child = spawn('python3', [judge], {
    env: pythonEnvironment(folder),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`Python ended with ${String(code)}: ${err}`);
  return out
    .trim()
    .split('\n')
    .map((line): Answer => JSON.parse(line));
}
