/** From the first number to the last, both included. */
export type Range = readonly [number, number];

/** Write the numbers from 1 to `last` that are not among those given, as ranges. */
export function missingRanges(present: ReadonlySet<number>, last: number): readonly Range[] {
  const ranges: [number, number][] = [];
  for (let number = 1; number <= last; number++) {
    if (present.has(number)) continue;
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === number - 1) open[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
