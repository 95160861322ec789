import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Host, type HostName, hostOf } from './hosts.ts';
import { NODE_FRAMEWORK, packageOf, type Read, readerOf, scriptIn, servedOf } from './served.ts';
import { startedBy } from './started.ts';

/** What the files of a folder suggest: a host that is known, or a command alone; and the file that says so. */
export type Proposal = { readonly because: string } & (
  | { readonly host: Host }
  | { readonly command: readonly string[] }
);

/** How deep a repository of several services is looked into. */
const DEPTH_MAX = 3;

/** Look at the usual files of a folder and propose how to start what is in it; undefined when nothing is known of them. */
export function lookAt(folder: string): Proposal | undefined {
  const read = readerOf(folder);
  const said = startedBy(read);
  if (said !== undefined) {
    const { because, command, host } = said;
    return host === undefined ? { because, command } : { because, host };
  }
  return ofPython(read) ?? ofNode(read) ?? ofGo(read);
}

/** List folders below one in which `init` would find something, such as the services of a repository. */
export function servicesBelow(folder: string, depth = DEPTH_MAX): readonly string[] {
  if (depth === 0) return [];
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|^(\.?venv|tests?|docs?)$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  return names.flatMap((name) => {
    const place = path.join(folder, name);
    return lookAt(place) === undefined
      ? servicesBelow(place, depth - 1).map((below) => path.join(name, below))
      : [name];
  });
}

/** Describe a host as it would serve what is in a folder. */
export function hostIn(folder: string, name: HostName): Host {
  const read = readerOf(folder);
  if (name !== 'functions-framework') return hostOf(name, servedOf(name, read));
  const is_node = packageOf(read)?.dependencies.includes(NODE_FRAMEWORK) === true;
  const actual = is_node ? 'functions-framework-node' : name;
  return hostOf(actual, servedOf(actual, read));
}

function ofPython(read: Read): Proposal | undefined {
  const file = ['requirements.txt', 'pyproject.toml', 'Pipfile'].find((name) => read(name) !== undefined);
  const wanted = (file === undefined ? '' : (read(file) ?? '')).toLowerCase();
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
  const runner = runnerOf(read);
  if (name !== undefined) {
    const host = hostOf(name, servedOf(name, read));
    return { because: file ?? 'main.py', host: { ...host, command: [...runner, ...host.command] } };
  }
  const script = scriptIn(read);
  return script === undefined ? undefined : { because: script, command: [...runner, 'python3', script] };
}

/** Who keeps the packages of a project in an environment of its own must start Python in it. */
function runnerOf(read: Read): readonly string[] {
  const project = read('pyproject.toml') ?? '';
  if (read('uv.lock') !== undefined || project.includes('[tool.uv]')) return ['uv', 'run'];
  if (read('poetry.lock') !== undefined || project.includes('[tool.poetry]')) return ['poetry', 'run'];
  return read('Pipfile') === undefined ? [] : ['pipenv', 'run'];
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

function ofGo(read: Read): Proposal | undefined {
  return read('go.mod') === undefined ? undefined : { because: 'go.mod', command: ['go', 'run', '.'] };
}
