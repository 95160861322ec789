/** What each case is doing right now. */
export interface Board {
  /** Notes what a case begins to do; the words are gone when the function that it gives is called. */
  begin(name: string, step: string): () => void;
  /** The cases that do something. */
  names(): readonly string[];
  /** What a case does; undefined while it does nothing that takes time. */
  stepOf(name: string): string | undefined;
}

const WORDS_MAX = 1_500;

/** Create an empty board. @param watch told all steps in one line, that which began last at the beginning. */
export function createBoard(watch: (words: string) => void = () => {}): Board {
  const steps = new Map<object, { readonly name: string; readonly step: string }>();
  const told = (): string =>
    [...steps.values()]
      .reverse()
      .map(({ name, step }) => `${name}: ${step}`)
      .join('; ')
      .slice(0, WORDS_MAX);
  return {
    begin(name, step) {
      const key = {};
      steps.set(key, { name, step });
      watch(told());
      return () => {
        steps.delete(key);
      };
    },
    names: () => [...new Set([...steps.values()].map(({ name }) => name))],
    stepOf: (wanted) => [...steps.values()].findLast(({ name }) => name === wanted)?.step,
  };
}
