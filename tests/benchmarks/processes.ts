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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program in brackets and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [, parent = '', , , , , , , , , , user = '', system = ''] = fields;
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
