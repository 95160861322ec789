import type { TriedCase } from '../../verdict/running/cases.ts';
import type { Output } from '../context.ts';

/** Tells on standard error how far a run is. */
export interface Progress {
  ready(cases: number, components: readonly string[]): void;
  done(tried: TriedCase): void;
  end(): void;
}

/** How often a run says how far it is where its output goes to a file, such as a CI log. */
const EVERY_MS = 10_000;

/** Creates one line that is rewritten on a terminal; elsewhere a line every ten seconds; nothing for machines. */
export function createProgress(output: Output, is_quiet: boolean): Progress {
  let total = 0;
  let count = 0;
  let is_open = false;
  const began_ms = Date.now();
  let told_ms = began_ms;
  const seconds = (): number => Math.round((Date.now() - began_ms) / 1000);
  return {
    ready(cases, components) {
      total = cases;
      count = 0;
      const started = `${components.length} ${components.length === 1 ? 'component is' : 'components are'} ready`;
      if (!is_quiet) output.err(`${started}; ${cases} ${cases === 1 ? 'case' : 'cases'}\n`);
    },
    done(tried) {
      count += 1;
      if (is_quiet) return;
      if (output.err_is_terminal) {
        is_open = true;
        output.err(`\r\u001b[2K${count} of ${total} cases, ${seconds()} s: ${tried.case.name}`);
      } else if (Date.now() - told_ms >= EVERY_MS) {
        told_ms = Date.now();
        output.err(`${count} of ${total} cases after ${seconds()} s\n`);
      }
    },
    end() {
      if (is_open) output.err('\r\u001b[2K');
      is_open = false;
    },
  };
}
