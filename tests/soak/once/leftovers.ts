import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** In the environment of everything that one run starts, and of whatever that starts. */
export const MARK = 'SOAK_RUN';

const LISTENS = '0A';
/** Tools keep what they compiled, for the next time; that is no leftover. */
const CACHES = /^(tsx-|node-compile-cache|node-jiti)/;

/** A process that is there, with the ports on which it listens. */
export interface Alive {
  readonly pid: number;
  readonly command: string;
  readonly ports: readonly number[];
}

/** List the processes that carry a mark; none where there is no /proc. */
export function findMarked(mark: string): readonly Alive[] {
  const wanted = `${MARK}=${mark}`;
  const listening = listeningSockets();
  return entries('/proc').flatMap((name): readonly Alive[] => {
    if (!/^\d+$/.test(name)) return [];
    const folder = path.join('/proc', name);
    if (!read(path.join(folder, 'environ')).split('\0').includes(wanted)) return [];
    const command = read(path.join(folder, 'cmdline')).split('\0').join(' ').trim();
    // What has ended, and nobody has asked for yet, holds nothing.
    if (command === '') return [];
    const ports = entries(path.join(folder, 'fd')).flatMap(
      (fd) => listening.get(linkOf(path.join(folder, 'fd', fd))) ?? [],
    );
    return [{ pid: Number(name), command, ports: [...new Set(ports)] }];
  });
}

/** List what is left in a temporary folder. */
export function leftIn(folder: string): readonly string[] {
  return entries(folder).filter((name) => !CACHES.test(name));
}

/** Read a table of the kernel, /proc/net/tcp: ports by the link that a file descriptor of their socket has. */
export function portsByLink(table: string): ReadonlyMap<string, number> {
  const ports = table.split('\n').flatMap((line): readonly (readonly [string, number])[] => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTENS || inode === undefined) return [];
    return [[`socket:[${inode}]`, Number.parseInt(local.split(':')[1] ?? '', 16)]];
  });
  return new Map(ports);
}

function listeningSockets(): ReadonlyMap<string, number> {
  return new Map(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => [...portsByLink(read(file))]));
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
