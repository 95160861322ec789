import type { KeyObject } from 'node:crypto';
import { CONTRACT } from '../../generated/version.ts';
import { errorWords } from '../contract/errors.ts';
import type { RunResult } from '../reports/result/result.ts';
import { type Certificate, CertificateRefusedError } from './certificate.ts';
import { opened, type Signature } from './envelope/envelope.ts';
import { rejudged } from './judging/rejudge.ts';
import { statedRequirements, statedSituations } from './judging/stated.ts';
import { together, verdictOf } from './judging/together.ts';
import { statementOf } from './make.ts';
import { inForm } from './origin/form.ts';
import { thisJudge } from './origin/judge.ts';
import { type RecordedRun, unpacked } from './record/pack.ts';
import { requireWhole } from './record/whole.ts';
import { problemOf, readStatement } from './statement.ts';

/** What a reader asks of a certificate. */
export interface Asked {
  /** The key that must have signed it. */
  readonly trusted?: KeyObject | undefined;
  /** Accept one that another version of the judge made, if this one comes to the same verdicts. */
  readonly any_judge?: boolean;
  /** Told whenever a part is done: a large certificate takes a while. */
  readonly onStep?: () => void;
}

/** A certificate that was accepted. */
export interface Verified {
  readonly certificate: Certificate;
  readonly signature: Signature;
  /** What the histories bear out, of all runs together; reports are made from it. */
  readonly result: RunResult;
}

/** A certificate in which everything is as it was recorded; nobody has judged it again yet. */
export interface Whole extends Pick<Verified, 'certificate' | 'signature'> {
  readonly recorded: readonly RecordedRun[];
  /** The text that was signed. */
  readonly statement: string;
}

/**
 * Check what can be checked of a certificate without judging: its form, signature and digests, that it is of this contract and
 * this judge, and that nothing of its histories is missing.
 *
 * @throws {CertificateRefusedError} with the first reason that speaks against it.
 */
export function wholeCertificate(
  text: string,
  { trusted, any_judge = false, onStep = () => {} }: Asked = {},
): Whole {
  const { statement, signature } = opened(text, trusted);
  const certificate = readStatement(statement);
  inForm(certificate.target);
  requireSameContract(certificate);
  if (!any_judge) requireSameJudge(certificate);
  onStep();
  const recorded = unpacked(certificate.histories);
  onStep();
  requireWhole(certificate, recorded, problemOf, onStep);
  return { certificate, signature, recorded, statement };
}

/**
 * Check a certificate: that it is whole, and that its histories, judged again, bear out its verdicts.
 *
 * @throws {CertificateRefusedError} with the first reason that speaks against it.
 */
export function verified(text: string, asked: Asked = {}): Verified {
  try {
    return judgedAgain(wholeCertificate(text, asked), asked);
  } catch (error) {
    if (error instanceof CertificateRefusedError) throw error;
    // No certificate of ours brings the judge to this; whatever it is, nothing was borne out.
    throw new CertificateRefusedError(`what it contains cannot be judged: ${errorWords(error)}`, {
      cause: error,
    });
  }
}

function judgedAgain(
  { certificate, signature, recorded, statement }: Whole,
  { onStep = () => {} }: Asked,
): Verified {
  const results = certificate.runs.map((run, place) => {
    onStep();
    return rejudged(certificate, run, recorded[place]?.histories ?? new Map());
  });
  onStep();
  for (const [place, run] of certificate.runs.entries()) {
    const result = results[place];
    if (result === undefined) continue;
    requireBorneOut(`the run with seed ${run.seed}`, run.requirements, statedRequirements(result));
    requireEqual(`the situations of the run with seed ${run.seed}`, run.situations, statedSituations(result));
  }
  const [first, ...others] = results;
  if (first === undefined) throw new CertificateRefusedError('it has no run');
  const result = together([first, ...others]);
  requireBorneOut('all runs together', certificate.requirements, statedRequirements(result));
  requireEqual('the verdict', certificate.verdict, verdictOf(result));
  requireWrittenAnew(certificate, statement, recorded, results);
  return { certificate, signature, result };
}

/** Whoever writes what it contains once more gets the same text: nothing stands in another order, twice, or under another name. */
function requireWrittenAnew(
  certificate: Certificate,
  statement: string,
  recorded: readonly RecordedRun[],
  results: readonly RunResult[],
): void {
  const [first, ...others] = certificate.runs.flatMap((run, place) => {
    const [own, result] = [recorded[place], results[place]];
    return own === undefined || result === undefined ? [] : [{ ...run, ...own, result }];
  });
  const { encoding, sha256, bytes, content } = certificate.histories;
  if (first === undefined) throw new CertificateRefusedError('it has no run');
  const again = statementOf(
    { ...certificate, runs: [first, ...others] },
    { encoding, sha256, bytes, content },
  );
  if (again === statement) return;
  let place = 0;
  while (again[place] === statement[place]) place += 1;
  throw new CertificateRefusedError(
    `the statement is not written as "conformance certify" writes it: expected "${around(again, place)}", got "${around(statement, place)}"; something stands in another order or twice`,
  );
}

function around(text: string, place: number): string {
  return text.slice(Math.max(0, place - 20), place + 40);
}

function requireSameContract({ contract }: Certificate): void {
  if (contract.version === CONTRACT.version && contract.hash === CONTRACT.hash) return;
  throw new CertificateRefusedError(
    `it is about contract ${contract.version} (${contract.hash.slice(0, 12)}), and this judge has ${CONTRACT.version} (${CONTRACT.hash.slice(0, 12)}); verify it with the judge of that contract`,
  );
}

function requireSameJudge({ judge }: Certificate): void {
  const own = thisJudge();
  if (judge.version === own.version && judge.hash === own.hash) return;
  throw new CertificateRefusedError(
    `it was made by judge ${judge.version} (${judge.hash.slice(0, 12)}), and this is ${own.version} (${own.hash.slice(0, 12)}); verify it with that one, or with --any-judge see whether this one comes to the same verdicts`,
  );
}

/** A verdict that the histories do not bear out is named by its requirement. */
function requireBorneOut(
  where: string,
  stated: Certificate['requirements'],
  judged: Certificate['requirements'],
): void {
  const ids = [...new Set([...stated, ...judged].map(({ id }) => id))];
  for (const id of ids) {
    const [says, is] = [stated, judged].map((entries) => entries.find((entry) => entry.id === id));
    if (JSON.stringify(says) === JSON.stringify(is)) continue;
    throw new CertificateRefusedError(
      `${where}: of ${id} the certificate says "${wordsOf(says)}", and its histories say "${wordsOf(is)}"`,
    );
  }
  requireEqual(`the requirements of ${where}`, stated, judged);
}

function wordsOf(entry: Certificate['requirements'][number] | undefined): string {
  if (entry === undefined) return 'nothing';
  const names = entry.anomalies.map(({ anomaly, case: name }) => `${anomaly} in ${name}`).join(', ');
  return [`${entry.result} in ${entry.cases} cases`, names, entry.reason ?? '']
    .filter((part) => part !== '')
    .join(': ');
}

function requireEqual(what: string, stated: unknown, judged: unknown): void {
  if (JSON.stringify(stated) === JSON.stringify(judged)) return;
  throw new CertificateRefusedError(`${what}: the certificate says otherwise than what it contains`);
}
