import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { type Artefact, artefacts } from '../../scripts/build/artefacts.ts';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const run = promisify(execFile);

/** The built folders, outside the repository, with their dependencies installed as the platform does. */
export interface Installed {
  readonly directory: string;
  readonly folders: readonly Artefact[];
  /** Command and arguments that start a component in its folder. */
  command(component: string): readonly [string, ...string[]];
  remove(): void;
}

/** Build every component, move the folders away from the repository, and install what they declare. */
export async function installArtefacts(): Promise<Installed> {
  const directory = mkdtempSync(path.join(tmpdir(), 'artefacts-'));
  await run(process.execPath, ['--import', 'tsx', 'scripts/build/main.ts', '--out', directory], {
    cwd: ROOT,
  });
  const folders = artefacts();
  let installed: string | undefined;
  for (const { component, kind } of folders) {
    const folder = path.join(directory, component);
    if (kind === 'service') continue;
    // The same dependencies are installed once.
    if (installed === undefined) {
      await run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--no-package-lock'], {
        cwd: folder,
      });
      installed = path.join(folder, 'node_modules');
    } else cpSync(installed, path.join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  }
  return {
    directory,
    folders,
    command(component) {
      const { kind } = folders.find((one) => one.component === component) ?? { kind: 'service' };
      return kind === 'service'
        ? [process.execPath, 'index.mjs', component]
        : [process.execPath, 'node_modules/.bin/functions-framework', `--target=${component}`];
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Write a target file beside the folders, so that the judge can judge what is deployed instead of the sources. */
export function targetFile({ directory, folders, command }: Installed): string {
  const file = path.join(ROOT, 'conformance/targets/reference.yaml');
  // Each folder is a program of its own; none serves several.
  const { together: _, ...reference } = parse(readFileSync(file, 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  const components = Object.fromEntries(
    folders.map(({ component }) => {
      const [program, ...args] = command(component);
      const inside = args.map((arg, index) => (index === 0 ? path.join(component, arg) : arg));
      const source = [`--source=${component}`];
      const is_function = inside.some((arg) => arg.startsWith('--target='));
      return [
        component,
        {
          command: [program, ...inside, ...(is_function ? source : [])],
          ready: is_function ? { health: '/health' } : reference['ready'],
        },
      ];
    }),
  );
  const target = path.join(directory, 'target.yaml');
  writeFileSync(target, stringify({ ...reference, name: 'artefacts', directory, components }));
  return target;
}

/** Start a component in its folder with nothing of this process's environment but the path. */
export function startArtefact(
  { directory, command }: Installed,
  component: string,
  environment: Readonly<Record<string, string>>,
): ReturnType<typeof spawn> {
  const [program, ...args] = command(component);
  return spawn(program, args, {
    cwd: path.join(directory, component),
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
