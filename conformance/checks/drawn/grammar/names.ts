import { canonicalProcessorName, PROCESSORS } from '../../../../generated/registry.ts';
import type { RegistryPhase } from '../../owed/names.ts';
import type { Draw } from './draw.ts';

/** Draw one of the names of a processor: mostly the canonical one, else an alias. */
export function drawName(draw: Draw, phase: RegistryPhase, processor: string): string {
  const aliases = entryOf(phase, processor)?.aliases ?? [];
  return aliases.length > 0 && draw.oneIn(4) ? draw.pick(aliases) : processor;
}

/** Draw a name that nearly is one of the phase and is not: in another case, longer, shorter, or one of another phase. */
export function drawStrangeName(draw: Draw, phase: RegistryPhase): string {
  return draw.pick(strangeNames(draw, phase, draw.pick(Object.keys(PROCESSORS[phase]))));
}

/** Draw many such names of one processor: some of them, or in every way that there is. */
export function drawStrangeNames(draw: Draw, phase: RegistryPhase, processor?: string): readonly string[] {
  const names = draw.shuffle(
    strangeNames(draw, phase, processor ?? draw.pick(Object.keys(PROCESSORS[phase]))),
  );
  return draw.oneIn(2) ? names : names.slice(0, 4);
}

/** Draw one of the processors of a phase, and give every name that is nearly one of its own. */
export function drawEveryStrangeName(draw: Draw, phase: RegistryPhase): readonly string[] {
  return strangeNames(draw, phase, draw.pick(Object.keys(PROCESSORS[phase])));
}

function strangeNames(draw: Draw, phase: RegistryPhase, processor: string): readonly string[] {
  const entry = entryOf(phase, processor);
  const known = draw.pick([processor, processor, ...(entry?.aliases ?? [])]);
  const made = [
    known.toUpperCase(),
    known.charAt(0).toUpperCase() + known.slice(1),
    known.charAt(0).toLowerCase() + known.slice(1),
    known.toLowerCase(),
    ` ${known}`,
    `${known} `,
    `${known}_v3`,
    `${known}s`,
    `${known}_backfill`,
    `x${known}`,
    `nba_${known}`,
    known.slice(0, -1),
    `${entry?.dataset ?? 'nba'}.${known}`,
    known.replaceAll('_', '-'),
    processor.replace(/(^|_)(\w)/g, (_all, _before, letter: string) => letter.toUpperCase()),
    (entry?.aliases[0] ?? processor).replace(/Processor$/, ''),
    // What every object of some languages has.
    'constructor',
    ...Object.entries(PROCESSORS).flatMap(([other, processors]) =>
      other === phase ? [] : [draw.pick(Object.keys(processors))],
    ),
  ];
  return [...new Set(made)].map((name) =>
    canonicalProcessorName(phase, name) === undefined ? name : `${name}_`,
  );
}

function entryOf(
  phase: RegistryPhase,
  processor: string,
): { readonly aliases: readonly string[]; readonly dataset: string } | undefined {
  return Object.entries<{ readonly aliases: readonly string[]; readonly dataset: string }>(
    PROCESSORS[phase],
  ).find(([name]) => name === processor)?.[1];
}
