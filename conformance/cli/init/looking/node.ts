import { type HostName, hostOf, type Proposal, type Served } from '../hosts.ts';
import type { Folder } from './folder.ts';

/** The package of Google's framework for functions in Node. */
const FRAMEWORK = '@google-cloud/functions-framework';

/** Where a program begins that package.json does not name. */
const USUAL = ['server', 'index', 'app', 'main'].flatMap((name) =>
  ['', 'src/', 'dist/'].flatMap((folder) =>
    ['js', 'mjs', 'cjs'].map((ending) => `${folder}${name}.${ending}`),
  ),
);

/** Propose what package.json says, else the file with which a program in Node usually begins. */
export function ofNode(folder: Folder): Proposal | undefined {
  const found = packageOf(folder);
  if (found === undefined) return undefined;
  const because = 'package.json';
  if (isFunctionInNode(folder)) {
    const name: HostName = 'functions-framework-node';
    return { because, host: hostOf(name, functionInNode(folder)) };
  }
  const { main, scripts } = found;
  if (scripts['start'] !== undefined) return { because, command: ['npm', 'run', '--silent', 'start'] };
  if (main !== undefined) return { because, command: ['node', main] };
  const usual = found.is_workspace ? undefined : USUAL.find((file) => folder.read(file) !== undefined);
  if (usual !== undefined) return { because: usual, command: ['node', usual] };
  const other = ['serve', 'dev'].find((name) => scripts[name] !== undefined && !found.is_workspace);
  return other === undefined ? undefined : { because, command: ['npm', 'run', '--silent', other] };
}

/** Whether a package in Node is a function for Google's framework. */
export function isFunctionInNode(folder: Folder): boolean {
  const { dependencies, scripts } = packageOf(folder) ?? NOTHING;
  return dependencies.includes(FRAMEWORK) || /\bfunctions-framework\b/.test(scripts['start'] ?? '');
}

/** Find the function that a package in Node registers or exports, as its start script names it. */
export function functionInNode(folder: Folder): Served {
  const { main, scripts } = packageOf(folder) ?? NOTHING;
  const start = scripts['start'] ?? '';
  const module =
    [main ?? 'index.js', ...SOURCES].find((file) => folder.read(file) !== undefined) ?? main ?? 'index.js';
  const text = folder.read(module) ?? '';
  const registered = /\b(cloudEvent|http)(?:<[^(]*>)?\(\s*['"`]([\w-]+)['"`]/.exec(text);
  const exported = EXPORTED.exec(text);
  const name =
    optionIn(start, 'target') ?? registered?.[2] ?? exported?.[1] ?? exported?.[2] ?? 'onCompletion';
  const source = optionIn(start, 'source');
  const of_exported = exported === null ? undefined : /^req/.test(exported[3] ?? '') ? 'http' : 'cloudevent';
  const signature = registered === null ? (optionIn(start, 'signature-type') ?? of_exported) : undefined;
  const is_http = registered === null ? signature === 'http' : registered[1] === 'http';
  return {
    module,
    name,
    ...(is_http ? { form: 'push_envelope' as const } : {}),
    ...(signature === 'event' || signature === 'cloudevent' ? { signature } : {}),
    ...(source === undefined ? {} : { source }),
  };
}

/** Where a function in Node is usually written. */
const SOURCES = ['index.js', 'function.js', 'index.mjs', 'src/index.js', 'src/index.ts', 'index.ts'];
/** An exported function, and its first parameter. */
const EXPORTED =
  /^(?:(?:module\.)?exports\.(\w+)\s*=|export (?:async )?(?:const|function) (\w+))[^(\n]*\(\s*(\w*)/m;

function optionIn(line: string, name: string): string | undefined {
  return new RegExp(`--${name}[= ](\\S+)`).exec(line)?.[1];
}

interface Package {
  readonly dependencies: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly main?: string;
  /** It only holds the packages below it together. */
  readonly is_workspace: boolean;
}

const NOTHING: Package = { dependencies: [], scripts: {}, is_workspace: false };

/** What of a package.json tells how it is started; undefined when there is none that can be read. */
function packageOf(folder: Folder): Package | undefined {
  try {
    const content: unknown = JSON.parse(folder.read('package.json') ?? 'null');
    if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
    const { dependencies, main, scripts, workspaces } = content as Readonly<Record<string, unknown>>;
    const strings = Object.entries(scripts ?? {}).filter(([, line]) => typeof line === 'string');
    return {
      dependencies: Object.keys(dependencies ?? {}),
      scripts: Object.fromEntries(strings),
      ...(typeof main === 'string' ? { main } : {}),
      is_workspace: workspaces !== undefined || folder.read('pnpm-workspace.yaml') !== undefined,
    };
  } catch {
    return undefined;
  }
}
