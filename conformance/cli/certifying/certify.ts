import { sealed } from '../../certificates/envelope/envelope.ts';
import { readPrivateKey, writeNewKey } from '../../certificates/envelope/keys.ts';
import { type CertificateParts, statementOf } from '../../certificates/make.ts';
import { certifiedTarget } from '../../certificates/origin/target.ts';
import { signatureWords, verdictWords } from '../../certificates/showing/words.ts';
import { verified } from '../../certificates/verify.ts';
import { program, quoted } from '../../contract/program.ts';
import { select } from '../../requirements/selection.ts';
import type { Output } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { writeText } from '../report-files.ts';
import { cloudOf, seedOf, targetOf } from '../running/settings.ts';
import { runOnce } from './run-once.ts';
import { minutesOf, saidOf } from './said.ts';

/** The options of `conformance certify`, as commander gives them. */
export interface CertifyOptions {
  readonly target?: string;
  readonly cloud: string;
  readonly minutes: string;
  readonly seeds?: readonly string[];
  readonly only: readonly string[];
  readonly profile: readonly string[];
  readonly files: readonly string[];
  readonly declare: readonly string[];
  readonly out?: string;
  readonly key?: string;
  readonly newKey?: string;
}

/** Runs `conformance certify`: judges a target in two seeds, the second time exploring longer, and writes the certificate. */
export async function certify(options: CertifyOptions, output: Output): Promise<number> {
  if (options.newKey !== undefined) return tellNewKey(options.newKey, output);
  const cloud = cloudOf(options.cloud);
  if (cloud === 'project')
    throw new UsageError(
      'certify judges on the embedded cloud or on the emulators; a project has no recorded calls',
    );
  const key = options.key === undefined ? undefined : readPrivateKey(options.key);
  const seeds = seedsOf(options.seeds);
  const deep_minutes = minutesOf(options.minutes);
  const selection = { only: options.only, profiles: options.profile };
  select(selection);
  const target = targetOf(options.target);
  const described = certifiedTarget(target, saidOf(options, target));
  const runs: CertificateParts['runs'][number][] = [];
  for (const [place, seed] of seeds.entries()) {
    output.err(`Run ${place + 1} of ${seeds.length}, seed ${seed}: `);
    const is_last = place === seeds.length - 1;
    const made = await runOnce(
      { target, cloud, selection, seed, deep_minutes: is_last ? deep_minutes : null },
      output,
    );
    if (made === undefined) return EXIT.interrupted;
    runs.push(made);
  }
  const [first, ...others] = runs;
  if (first === undefined) throw new UsageError('--seeds: expected two seeds');
  if (runs.every(({ histories }) => histories.size === 0)) {
    throw new UsageError(
      'nothing was judged, and no certificate is written; select what this target claims, see "conformance list"',
    );
  }
  const made_at = new Date().toISOString();
  const text = sealed(
    statementOf({ target: described, cloud, selection, made_at, runs: [first, ...others] }),
    key,
  );
  const accepted = verified(text);
  const file = options.out ?? `${target.name.replaceAll(/[^\w.-]+/g, '-')}.certificate.json`;
  writeText(file, text);
  output.out(
    [
      verdictWords(accepted.certificate),
      signatureWords(accepted),
      `Written to ${file} (${(text.length / 1e6).toFixed(1)} MB). Check it with: ${program()} verify ${quoted(file)}${key === undefined ? '' : ' --key PUBLIC_KEY'}`,
      '',
    ].join('\n'),
  );
  return { conforms: EXIT.conforms, does_not_conform: EXIT.does_not_conform, incomplete: EXIT.unavailable }[
    accepted.certificate.verdict
  ];
}

function tellNewKey(file: string, output: Output): number {
  const { public_file, keyid } = writeNewKey(file);
  output.out(`The private key is in ${file}: keep it secret. Hand out ${public_file}, key ${keyid}.\n`);
  return EXIT.conforms;
}

/** Two seeds, so that what one run showed by chance is seen in the other. */
function seedsOf(texts: readonly string[] | undefined): readonly number[] {
  const first = seedOf(undefined);
  const seeds = texts?.map(seedOf) ?? [first, (first + 1_000_003) % 2 ** 31];
  if (seeds.length === 2 && seeds[0] !== seeds[1]) return seeds;
  throw new UsageError(`--seeds: expected two different seeds, got ${texts?.join(' ')}`);
}
