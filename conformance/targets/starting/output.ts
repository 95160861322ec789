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
      keepLast(lines, line, OUTPUT_LINES);
      onLine(line);
    },
  };
}

/**
 * Add to a list of which the newest elements are kept: at least `max`, and less than twice as many, since a list that loses its
 * first element with each new one costs the more the longer it is.
 */
export function keepLast<Element>(list: Element[], element: Element, max: number): void {
  if (list.push(element) >= 2 * max) list.splice(0, list.length - max);
}
