/** How a start came to nothing. */
export interface FailedStart {
  readonly command: readonly string[];
  /** What became of the program, in words. */
  readonly how: string;
  /** What it printed, without blank lines. */
  readonly lines: readonly string[];
  /** Whether the judge waited for a line, and for no path. */
  readonly waits_for_line: boolean;
}

/** Say what to do about a program that did not become ready; empty when only its last words can tell. */
export function adviceFor({ command, how, lines, waits_for_line }: FailedStart): string {
  const said = lines.join('\n');
  const [program = ''] = command;
  if (/there is no program/.test(how))
    return `install ${program}, or correct "command" in the target file; no shell reads it, so it is a program on PATH or a path from the file's folder`;
  if (/EADDRINUSE|address already in use|Errno 98|Errno 48|port \S+ is (already )?in use/i.test(said))
    return 'listen on the port that the variable PORT names, or write {port} into the command: the judge starts several instances, so none has a port of its own';
  const module = /No module named '?([\w.]+)|Cannot find (?:module|package) '([^']+)'/.exec(said);
  if (module !== null)
    return `make ${module[1] ?? module[2]} known to "${program}": install it, or name the program of the environment that has it, such as .venv/bin/python`;
  if (!/was not ready/.test(how) || !waits_for_line) return '';
  const line = lines.findLast((one) => /https?:\/\/\S+|\bport\b\D{0,5}\d{2,5}/i.test(one));
  if (line === undefined && lines.length === 0)
    return 'let it print a line when it listens, and flush it (Python: print(…, flush=True), or PYTHONUNBUFFERED: "1" in environment); or write ready: { health: /PATH }';
  if (line === undefined)
    return 'let "ready" name the line that it prints when it listens, or a path: ready: { health: /PATH }';
  return `if it is ready when it prints "${line.trim()}", write ready: { stdout: '${patternOf(line.trim())}' }`;
}

/** A pattern for a line that tells where a program listens: its words before the address, and the address as a group. */
function patternOf(line: string): string {
  const address = /https?:\/\/[^\s,)\]]+/.exec(line);
  const before = address === null ? line.replace(/\d{2,5}.*$/, '') : line.slice(0, address.index);
  // Time stamps and process numbers differ each time.
  const words = /[\p{L}][\p{L}\s:]*$/u.exec(before)?.[0].trimStart() ?? before;
  const literal = words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.');
  return address === null ? literal.trimEnd() : `${literal}(?<url>http://[^ ]+)`;
}
