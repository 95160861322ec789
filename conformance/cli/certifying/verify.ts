import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Certificate, CertificateRefusedError } from '../../certificates/certificate.ts';
import { readPublicKey } from '../../certificates/envelope/keys.ts';
import { implementationsPage, type ReadCertificate } from '../../certificates/showing/implementations.ts';
import { plain } from '../../certificates/showing/plain.ts';
import { certificateSummary } from '../../certificates/showing/summary.ts';
import { factsOfCertificate, signatureWords, verdictWords } from '../../certificates/showing/words.ts';
import { type Asked, verified } from '../../certificates/verify.ts';
import { errorWords } from '../../contract/errors.ts';
import { badgeOf, badgeSvg } from '../../reports/badge.ts';
import { shortfallOf } from '../../requirements/features.ts';
import type { Output } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { writeText } from '../report-files.ts';

/** The options of `conformance verify`, as commander gives them. */
export interface VerifyOptions {
  readonly key?: string;
  readonly anyJudge?: boolean;
  readonly badge?: string;
  readonly html?: string;
  readonly json?: boolean;
}

/** Runs `conformance verify`: 0 when the certificate is accepted and says that its target conforms, else 1. */
export function verify(file: string, options: VerifyOptions, output: Output): number {
  const read = readCertificate(file, askedOf(options, output));
  if ('refused' in read) {
    if (options.json === true)
      output.out(`${JSON.stringify({ accepted: false, reason: read.refused }, null, 2)}\n`);
    else output.out(`REFUSED: ${plain(read.refused)}\n`);
    return EXIT.does_not_conform;
  }
  const { certificate, signature } = read.verified;
  if (options.badge !== undefined) writeText(options.badge, badgeOfCertificate(certificate));
  if (options.html !== undefined) writeText(options.html, certificateSummary(read.verified));
  const { histories: _histories, ...told } = certificate;
  output.out(
    options.json === true
      ? `${JSON.stringify({ accepted: true, signature, certificate: told }, null, 2)}\n`
      : [
          'Accepted: form and digests are right, nothing is missing, and the histories bear out every verdict.',
          signatureWords(read.verified),
          verdictWords(certificate),
          ...factsOfCertificate(certificate).map(([name, words]) => `  ${name.padEnd(18)} ${words}`),
          '',
        ].join('\n'),
  );
  return certificate.verdict === 'conforms' ? EXIT.conforms : EXIT.does_not_conform;
}

/** Makes the page of implementations of a folder; returns 1 when a certificate is refused or its target does not conform. */
export function reportCertificates(
  folder: string,
  { html, ...options }: { readonly html?: string } & Pick<VerifyOptions, 'key' | 'anyJudge'>,
  output: Output,
): number {
  if (html === undefined) throw new UsageError('report --certificates DIR expects --html FILE, got none');
  const asked = askedOf(options, output);
  const files = namesIn(folder).map((name) => readCertificate(path.join(folder, name), asked));
  if (files.length === 0)
    throw new UsageError(`${folder}: expected certificates, files that end in .json, found none`);
  writeText(html, implementationsPage(files));
  for (const one of files) {
    if ('refused' in one) output.err(`conformance: ${one.file}: refused: ${plain(one.refused)}\n`);
    else output.out(`${one.file}: ${verdictWords(one.verified.certificate)}\n`);
  }
  const is_fine = files.every((one) => 'verified' in one && one.verified.certificate.verdict === 'conforms');
  return is_fine ? EXIT.conforms : EXIT.does_not_conform;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new UsageError(`${folder}: expected a folder, ${errorWords(error)}`);
  }
}

function askedOf({ key, anyJudge }: Pick<VerifyOptions, 'key' | 'anyJudge'>, { alive }: Output): Asked {
  return {
    ...(key === undefined ? {} : { trusted: readPublicKey(key) }),
    any_judge: anyJudge === true,
    ...(alive === undefined ? {} : { onStep: alive }),
  };
}

function readCertificate(file: string, asked: Asked): ReadCertificate {
  const text = textOf(file);
  try {
    return { file, verified: verified(text, asked) };
  } catch (error) {
    if (error instanceof CertificateRefusedError) return { file, refused: error.message };
    throw error;
  }
}

/** No honest certificate is so large, and a longer text is more than Node holds. */
const BYTES_MAX = 400_000_000;

function textOf(file: string): string {
  try {
    const found = statSync(file);
    // A device or a pipe may never end.
    if (!found.isFile()) throw new Error('which is no regular file');
    if (found.size > BYTES_MAX) throw new Error(`which has ${found.size} bytes; ${BYTES_MAX} are the most`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = errorWords(error);
    throw new UsageError(`${file}: expected a certificate that can be read, ${why}`);
  }
}

function badgeOfCertificate({ target, contract, verdict, selection, requirements }: Certificate): string {
  const count = (result: string): number => requirements.filter((entry) => entry.result === result).length;
  return badgeSvg(
    badgeOf({
      contract: contract.version,
      verdict,
      is_whole: selection.only.length + selection.profiles.length === 0,
      passed: count('passed'),
      failed: requirements.filter(({ fails_run }) => fails_run).length,
      without: shortfallOf({ has: target.has, names: { fields: target.fields } }),
    }),
  );
}
