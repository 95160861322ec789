const OUTPUT_LINES = 2_000;

/** What a program printed, over all its starts. */
export interface Output {
  /** Newest last. */
  readonly lines: readonly string[];
  readonly keep: (line: string) => void;
}

/** Create what keeps the last lines of a program. @param onLine told each line. */
export function createOutput(onLine: (line: string) => void = () => {}): Output {
  const lines: string[] = [];
  return {
    lines,
    keep(line) {
      if (lines.push(line) > OUTPUT_LINES) lines.shift();
      onLine(line);
    },
  };
}
