import type { Output } from '../../conformance/cli/context.ts';
import { main } from '../../conformance/cli/main.ts';

/** What a command said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of the judge in this process, as a pipe would read it. */
export function conformance(...argv: readonly string[]): Promise<Said> {
  return conformanceUnder({}, ...argv);
}

/** The same, where the machine treats the judge in this way. */
export async function conformanceUnder(
  around: Pick<Output, 'watchStrain'>,
  ...argv: readonly string[]
): Promise<Said> {
  let out = '';
  let err = '';
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    out_is_terminal: false,
    err_is_terminal: false,
    ...around,
  });
  return { code, out, err };
}
