import { existsSync } from 'node:fs';
import type { SaidOfTarget } from '../../certificates/origin/target.ts';
import type { Target } from '../../targets/description.ts';
import { UsageError } from '../exit-codes.ts';

const MINUTES_MAX = 24 * 60;

/** Read what the command line says of a target. @throws {UsageError} for a file or a component that is not there. */
export function saidOf(
  { files, declare }: { readonly files: readonly string[]; readonly declare: readonly string[] },
  target: Target,
): SaidOfTarget {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new UsageError(`--files ${missing}: expected a file or folder, found none`);
  const declared = declare.map((one) => {
    const [, name = '', words = ''] = /^([a-z0-9-]+)=(.+)$/.exec(one) ?? [];
    if (Object.keys(target.components).includes(name)) return [name, words] as const;
    throw new UsageError(
      `--declare "${one}": expected COMPONENT=WORDS with one of ${Object.keys(target.components).join(', ')}`,
    );
  });
  return { files, declared: Object.fromEntries(declared) };
}

/** Read how long to explore; null for the usual number of schedules. @throws {UsageError} when it is no time. */
export function minutesOf(text: string): number | null {
  const minutes = Number(text);
  if (text.trim() !== '' && minutes >= 0 && minutes <= MINUTES_MAX) return minutes === 0 ? null : minutes;
  throw new UsageError(`--minutes must be a number from 0 to ${MINUTES_MAX}, got "${text}"`);
}
