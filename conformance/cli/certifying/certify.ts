import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { sealed } from '../../certificates/envelope/envelope.ts';
import { readPrivateKey, writeNewKey } from '../../certificates/envelope/keys.ts';
import { rejudged } from '../../certificates/judging/rejudge.ts';
import { type RunMade, statementOf } from '../../certificates/make.ts';
import { thisJudge } from '../../certificates/origin/judge.ts';
import { certifiedTarget, type SaidOfTarget } from '../../certificates/origin/target.ts';
import { signatureWords, sizeWords, verdictWords } from '../../certificates/showing/words.ts';
import { wholeCertificate } from '../../certificates/verify.ts';
import { program, quoted } from '../../contract/program.ts';
import { select } from '../../requirements/selection.ts';
import type { Target } from '../../targets/description.ts';
import { STARVED } from '../../verdict/bounds/strain.ts';
import type { Output } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { writeText } from '../report-files.ts';
import { cloudOf, seedOf, targetOf } from '../running/settings.ts';
import { runOnce } from './run-once.ts';

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
  const judge = thisJudge();
  const described = certifiedTarget(target, saidOf(options, target));
  const judged = { target: described, cloud, selection };
  const runs: RunMade[] = [];
  for (const [place, seed] of seeds.entries()) {
    output.err(`Run ${place + 1} of ${seeds.length}, seed ${seed}: `);
    const is_last = place === seeds.length - 1;
    const deep = is_last ? deep_minutes : null;
    const made = await runOnce({ target, cloud, selection, seed, deep_minutes: deep }, output);
    if (made === undefined) return EXIT.interrupted;
    const starved = made.given_up.filter(({ reason }) => reason === STARVED).length;
    if (made.histories.size === 0 && starved === 0) throw new UsageError(NOTHING);
    output.alive?.();
    const result = rejudged(judged, made, made.histories);
    // What it would say against the target may be the machine's doing, and for the target it lacks those cases.
    if (starved > 0 && !result.requirements.some(({ fails_run }) => fails_run)) {
      output.err(`${starvedWords(starved, seed)}\n`);
      return EXIT.unavailable;
    }
    runs.push({ ...made, result });
  }
  const [first, ...others] = runs;
  if (first === undefined) throw new UsageError(NOTHING);
  output.alive?.();
  const made_at = new Date().toISOString();
  const text = sealed(statementOf({ ...judged, judge, made_at, runs: [first, ...others] }), key);
  output.alive?.();
  // Its verdicts are those of the histories already; what would be refused for anything else is not written.
  const whole = wholeCertificate(text, { trusted: key && createPublicKey(key), any_judge: true });
  const file = options.out ?? `${target.name.replaceAll(/[^\w.-]+/g, '-')}.certificate.json`;
  writeText(file, text);
  output.out(
    [
      verdictWords(whole.certificate),
      signatureWords(whole),
      `Written to ${file} (${sizeWords(text.length)}). Check it with: ${program()} verify ${quoted(file)}${key === undefined ? '' : ' --key PUBLIC_KEY'}`,
      '',
    ].join('\n'),
  );
  return { conforms: EXIT.conforms, does_not_conform: EXIT.does_not_conform, incomplete: EXIT.unavailable }[
    whole.certificate.verdict
  ];
}

function starvedWords(cases: number, seed: number): string {
  return `conformance: no certificate is written, for or against the target. In the run with seed ${seed} ${cases} ${cases === 1 ? 'case' : 'cases'} went wrong while the machine gave the judge too little processor time, so that this may be the machine's doing. Make it again when the machine is less busy, or on another one.`;
}

const NOTHING =
  'nothing was judged, and no certificate is written; select what this target claims, see "conformance list"';

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

const MINUTES_MAX = 24 * 60;

/** Read what the command line says of a target. @throws {UsageError} for a file or a component that is not there. */
function saidOf(
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
function minutesOf(text: string): number | null {
  const minutes = Number(text);
  if (text.trim() !== '' && minutes >= 0 && minutes <= MINUTES_MAX) return minutes === 0 ? null : minutes;
  throw new UsageError(`--minutes must be a number from 0 to ${MINUTES_MAX}, got "${text}"`);
}
