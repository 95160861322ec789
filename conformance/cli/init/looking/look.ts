import path from 'node:path';
import { type Host, type HostName, hostOf, type Proposal } from '../hosts.ts';
import { type Folder, foldersIn, openFolder } from './folder.ts';
import { functionInNode, isFunctionInNode, ofNode } from './node.ts';
import { ofPython, servedOf } from './python.ts';
import { startedBy } from './started.ts';

/** How deep a repository of several services is looked into. */
const DEPTH_MAX = 3;

/** Look at the usual files of a folder and propose how to start what is in it; undefined when nothing is known of them. */
export function lookAt(place: string, components: readonly string[] = []): Proposal | undefined {
  const folder = openFolder(place);
  const said = startedBy(folder, components);
  // What a Dockerfile starts may be made, or moved, when the image is built.
  return said?.is_elsewhere === false ? said : (byLanguage(folder) ?? said);
}

function byLanguage(folder: Folder): Proposal | undefined {
  return ofPython(folder) ?? ofNode(folder) ?? ofGo(folder) ?? ofRust(folder);
}

/** List folders below one in which `init` would find something, such as the services of a repository. */
export function servicesBelow(place: string, depth = DEPTH_MAX): readonly string[] {
  if (depth === 0) return [];
  return foldersIn(place).flatMap((name) => {
    const below = path.join(place, name);
    return lookAt(below) === undefined
      ? servicesBelow(below, depth - 1).map((service) => path.join(name, service))
      : [name];
  });
}

/** Describe a host as it would serve what is in a folder. */
export function hostIn(place: string, name: HostName): Host {
  const folder = openFolder(place);
  const is_node =
    name === 'functions-framework-node' || (name === 'functions-framework' && isFunctionInNode(folder));
  if (is_node) return hostOf('functions-framework-node', functionInNode(folder));
  return hostOf(name, servedOf(name, folder));
}

function ofGo({ read, files }: Folder): Proposal | undefined {
  if (read('go.mod') === undefined) return undefined;
  const command =
    read('main.go') === undefined ? files('/main.go').find((file) => file.startsWith('cmd/')) : undefined;
  return {
    because: 'go.mod',
    command: ['go', 'run', command === undefined ? '.' : `./${path.posix.dirname(command)}`],
  };
}

function ofRust({ read }: Folder): Proposal | undefined {
  return read('Cargo.toml') === undefined
    ? undefined
    : { because: 'Cargo.toml', command: ['cargo', 'run', '--quiet'] };
}
