import { readdirSync, readFileSync } from 'node:fs';

/** What passed since a meter was opened. */
export interface Reading {
  readonly wall_ms: number;
  readonly own_cpu_ms: number;
  /** Of the processes that this one started and that still run; NaN where the system does not tell (it does on Linux). */
  readonly children_cpu_ms: number;
}

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Open a meter; what it gives reads it. */
export function openMeter(): () => Reading {
  const began_ms = performance.now();
  const began = process.cpuUsage();
  const children_began_ms = childrenCpuMs();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return {
      wall_ms: performance.now() - began_ms,
      own_cpu_ms: (user + system) / 1000,
      children_cpu_ms: childrenCpuMs() - children_began_ms,
    };
  };
}

function childrenCpuMs(): number {
  try {
    const children = readdirSync('/proc/self/task').flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  } catch {
    return Number.NaN;
  }
}

function cpuMsOf(pid: string): number {
  // The name in parentheses may hold anything; user and system time are the 12th and 13th field after it.
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/);
  const fields = rest.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
