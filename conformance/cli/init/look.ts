import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Host, type HostName, hostOf, type Served } from './hosts.ts';

/** What the files of a folder suggest: a host that is known, or a command alone; and the file that says so. */
export type Proposal = { readonly because: string } & (
  | { readonly host: Host }
  | { readonly command: readonly string[] }
);

/** Reads a file of the folder; undefined when there is none. */
type Read = (name: string) => string | undefined;

/** Look at the usual files of a folder and propose how to start what is in it; undefined when nothing is known of them. */
export function lookAt(folder: string): Proposal | undefined {
  const read = readerOf(folder);
  return ofProcfile(read) ?? ofPython(read) ?? ofNode(read);
}

/** Describe a host as it would serve what is in a folder. */
export function hostIn(folder: string, name: HostName): Host {
  const read = readerOf(folder);
  if (name !== 'functions-framework') return hostOf(name, servedOf(name, read));
  const is_node = packageOf(read)?.dependencies.includes(NODE_FRAMEWORK) === true;
  const actual = is_node ? 'functions-framework-node' : name;
  return hostOf(actual, servedOf(actual, read));
}

const NODE_FRAMEWORK = '@google-cloud/functions-framework';

function readerOf(folder: string): Read {
  return (name) => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
}

/** A Procfile says it best. Servers that print where they listen are waited for by that, others by their port. */
function ofProcfile(read: Read): Proposal | undefined {
  const line = /^web:\s*(.+)$/m.exec(read('Procfile') ?? '')?.[1]?.trim();
  if (line === undefined) return undefined;
  const because = 'Procfile';
  const module = /([\w.]+):(\w+)/.exec(line);
  const served: Served = { module: module?.[1] ?? 'main', name: module?.[2] ?? 'app' };
  const server = (['gunicorn', 'uvicorn', 'functions-framework'] as const).find((name) =>
    new RegExp(`(^|\\s)${name}(\\s|$)`).test(line),
  );
  const words = line
    .split(/\s+/)
    .map((word) => word.replace(/^:\$\{?PORT\}?$/, '127.0.0.1:{port}').replace(/\$\{?PORT\}?/, '{port}'));
  if (server === undefined) return { because, command: words };
  const target = /--target[= ](\S+)/.exec(line)?.[1];
  const host = hostOf(server, target === undefined ? served : { ...servedOf(server, read), name: target });
  return { because, host: server === 'functions-framework' ? host : { ...host, command: words } };
}

function ofPython(read: Read): Proposal | undefined {
  const file = ['requirements.txt', 'pyproject.toml'].find((name) => read(name) !== undefined);
  const wanted = (file === undefined ? '' : (read(file) ?? '')).toLowerCase();
  const because = file ?? 'main.py';
  const has = (name: string): boolean => new RegExp(`(^|["'\\s])${name}(?![\\w-])`, 'm').test(wanted);
  const name: HostName | undefined = has('functions-framework')
    ? 'functions-framework'
    : has('gunicorn') && !has('fastapi')
      ? 'gunicorn'
      : has('fastapi') || has('uvicorn')
        ? 'uvicorn'
        : has('flask')
          ? 'flask'
          : undefined;
  if (name !== undefined) return { because, host: hostOf(name, servedOf(name, read)) };
  const script = ['main.py', 'app.py'].find((one) => read(one) !== undefined);
  return script === undefined ? undefined : { because: script, command: ['python3', script] };
}

function ofNode(read: Read): Proposal | undefined {
  const found = packageOf(read);
  if (found === undefined) return undefined;
  const because = 'package.json';
  if (found.dependencies.includes(NODE_FRAMEWORK)) {
    const name = 'functions-framework-node';
    return { because, host: hostOf(name, servedOf(name, read)) };
  }
  if (found.start !== undefined) return { because, command: ['npm', 'run', '--silent', 'start'] };
  return found.main === undefined ? undefined : { because, command: ['node', found.main] };
}

/** What of a package.json tells how it is started; undefined when there is none that can be read. */
function packageOf(
  read: Read,
): { readonly dependencies: readonly string[]; readonly start?: string; readonly main?: string } | undefined {
  try {
    const content = JSON.parse(read('package.json') ?? 'null') as {
      readonly dependencies?: object;
      readonly main?: string;
      readonly scripts?: { readonly start?: string };
    } | null;
    if (content === null) return undefined;
    const { dependencies = {}, main, scripts = {} } = content;
    return {
      dependencies: Object.keys(dependencies),
      ...(scripts.start === undefined ? {} : { start: scripts.start }),
      ...(main === undefined ? {} : { main }),
    };
  } catch {
    return undefined;
  }
}

/** Find what a host serves: the app that a module makes, or the function that is registered. */
function servedOf(host: HostName, read: Read): Served {
  if (host === 'functions-framework-node') return ofNodeFunction(read);
  const script = ['main.py', 'app.py'].find((name) => read(name) !== undefined) ?? 'main.py';
  const text = read(script) ?? '';
  const module = script.replace('.py', '');
  if (host !== 'functions-framework') {
    return { module, name: /^(\w+)\s*(?::[^=]*)?=\s*(?:Flask|FastAPI)\(/m.exec(text)?.[1] ?? 'app' };
  }
  const [, kind, name = 'on_completion'] =
    /^@functions_framework\.(cloud_event|http)[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (\w+)/m.exec(text) ?? [];
  return { module, name, ...(kind === 'http' ? { form: 'push_envelope' as const } : {}) };
}

function ofNodeFunction(read: Read): Served {
  const module = packageOf(read)?.main ?? 'index.js';
  const text = read(module) ?? '';
  const [, kind, name = 'onCompletion'] = /\b(cloudEvent|http)\(\s*['"`](\w+)['"`]/.exec(text) ?? [];
  return { module, name, ...(kind === 'http' ? { form: 'push_envelope' as const } : {}) };
}
