/** Lets the dates of a range through a cascade level one after the other, oldest first. */
export interface Gates {
  /** Resolves when the date before has passed the level; false when it never will. */
  waitFor(index: number, level: number): Promise<boolean>;
  /** Says that a date has passed a level, and need not wait for the dates before it. */
  pass(index: number, level: number): void;
  /** Says that a date needs none of the levels: whoever comes after it waits for the dates before it instead. */
  skip(index: number): void;
  /** Says that a date will not pass any more levels, so that nobody waits for it. */
  close(index: number): void;
}

/**
 * Make the gates of a range. A table that looks back reads what the date before has handed on, so the same level of two
 * dates never runs out of order, while other levels and phases of many dates run at the same time.
 */
export function createGates(dates: number, levels: number): Gates {
  const rows = Array.from({ length: dates }, () => Array.from({ length: levels }, createGate));
  const gate = (index: number, level: number): Gate | undefined => rows[index]?.[level - 1];
  const waitFor = async (index: number, level: number): Promise<boolean> =>
    index === 0 || ((await gate(index - 1, level)?.passed) ?? true);
  return {
    waitFor,
    pass: (index, level) => gate(index, level)?.settle(true),
    skip(index) {
      for (let level = 1; level <= levels; level += 1) {
        void waitFor(index, level).then((passed) => gate(index, level)?.settle(passed));
      }
    },
    close(index) {
      for (let level = 1; level <= levels; level += 1) gate(index, level)?.settle(false);
    },
  };
}

interface Gate {
  readonly passed: Promise<boolean>;
  /** The first call decides. */
  readonly settle: (passed: boolean) => void;
}

function createGate(): Gate {
  let settle: (passed: boolean) => void = () => {};
  const passed = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  return { passed, settle };
}
