import { readdirSync, readFileSync } from 'node:fs';

/** A process that this one started, or that such a one started. */
export interface Descendant {
  readonly pid: number;
  /** Its last argument, such as `phase4-precompute`; for a program without arguments its file. */
  readonly name: string;
  /** Memory of its own that it holds now. */
  readonly own_mebibytes: number;
  /**
   * Pages of files that it has mapped, above all of programs, and of the folder of `--data`: they lie in the cache of the
   * operating system, which takes them back when it needs room.
   */
  readonly mapped_mebibytes: number;
  /** Processor time that it took so far. */
  readonly cpu_ms: number;
}

/** How many ticks `/proc` counts in a second; Linux tells every program this number, whatever the kernel's own is. */
const TICKS_PER_SECOND = 100;

/** Lists all descendants of this process as the system knows them (Linux); empty where there is no `/proc`. */
export function descendants(): readonly Descendant[] {
  const parents = new Map<number, number>();
  const found = new Map<number, Descendant>();
  for (const entry of safely(() => readdirSync('/proc'), [])) {
    if (!/^\d+$/.test(entry)) continue;
    const one = safely(() => readProcess(Number(entry)), undefined);
    if (one === undefined) continue;
    parents.set(one.pid, one.parent);
    found.set(one.pid, one);
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  return [...found.values()].filter(({ pid }) => isOurs(parents.get(pid)));
}

/** Adds up the processor time of this process and of all its descendants, in milliseconds; NaN where that is not known. */
export function cpuOfAll(): number {
  const children = descendants();
  if (children.length === 0 && process.platform !== 'linux') return Number.NaN;
  const { user, system } = process.cpuUsage();
  return children.reduce((sum, { cpu_ms }) => sum + cpu_ms, (user + system) / 1000);
}

/**
 * Read the processor time of a process, of everything that it started and waited for, and of its children that still run, in
 * milliseconds (Linux).
 */
export function cpuOfTree(pid: number): number {
  const own = safely(() => fieldsOf(pid), []);
  const waited = own.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  const living = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && safely(() => fieldsOf(Number(entry))[1], '') === String(pid))
    .reduce((sum, child) => sum + cpuOfTree(Number(child)), 0);
  return (waited * 1000) / TICKS_PER_SECOND + living;
}

/** Lets SIGINT and SIGTERM end this process with everything that it started. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const { pid } of descendants()) safely(() => process.kill(pid), false);
      process.exit(130);
    });
  }
}

function readProcess(pid: number): Descendant & { readonly parent: number } {
  const [, parent = '', , , , , , , , , , user = '', system = ''] = fieldsOf(pid);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return {
    pid,
    parent: Number(parent),
    name: nameOf(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')),
    own_mebibytes: mebibytes('RssAnon') + mebibytes('RssShmem'),
    mapped_mebibytes: mebibytes('RssFile'),
    cpu_ms: ((Number(user) + Number(system)) * 1000) / TICKS_PER_SECOND,
  };
}

/** The fields of a process's `stat` from its state on; the one before, the program in brackets, may hold blanks. */
function fieldsOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** @param command  program and arguments; empty text at the end. */
function nameOf(command: readonly string[]): string {
  const words = command.filter((word) => word !== '');
  const program = words.findIndex((word) => /\.m?[jt]s$/.test(word));
  const argument = words[program + 1];
  const isComponent = argument !== undefined && !argument.startsWith('-') && !argument.startsWith('/');
  return isComponent ? argument : (words[program]?.split('/').slice(-2)[0] ?? words[0] ?? '');
}

function safely<Result>(act: () => Result, otherwise: Result): Result {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
