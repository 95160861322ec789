import type { CloudKind } from '../harness/world/cloud.ts';
import type { RequirementResult, RunResult } from '../reports/result/result.ts';
import type { ContractClaim, Target } from '../targets/description.ts';

/** What the statement is, in the words of in-toto. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** What its predicate is; docs/certificates.md describes it. */
export const PREDICATE_TYPE = 'urn:nba-pipeline-contract:conformance-certificate:v1';

/** A file, an image or a description, by its digest; of a folder (`NAME/`) that of the lines of its files, as sha256sum prints them. */
export interface Digested {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** An in-toto Statement v1. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  /** The target's description first, then what its commands name. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Certificate;
}

/** What a certificate says. */
export interface Certificate {
  readonly certificate_version: 1;
  /** ISO 8601 in UTC. */
  readonly made_at: string;
  readonly contract: RunResult['contract'];
  readonly judge: JudgeIdentity;
  readonly target: CertifiedTarget;
  readonly cloud: Exclude<CloudKind, 'project'>;
  /** What was to be judged; both lists are empty for everything. */
  readonly selection: { readonly only: readonly string[]; readonly profiles: readonly string[] };
  readonly verdict: CertifiedVerdict;
  /** Of all runs together: failed where one run failed. In the order of the contract. */
  readonly requirements: readonly CertifiedRequirement[];
  readonly runs: readonly CertifiedRun[];
  readonly histories: PackedHistories;
  /** Digest of the JSON of everything above. */
  readonly sha256: string;
}

/** `incomplete`: nothing that counts failed, and a run ended early or left cases out, so that requirements are not judged. */
export type CertifiedVerdict = 'conforms' | 'does_not_conform' | 'incomplete';

/** Which judge it was. */
export interface JudgeIdentity {
  readonly version: string;
  /** Digest of the sources that it was built from. */
  readonly hash: string;
}

/** What the target's file declares, as far as verdicts follow from it, and what was started. */
export interface CertifiedTarget {
  readonly name: string;
  readonly file: string;
  /** Digest of the target file's text. */
  readonly file_sha256: string;
  readonly profiles: readonly string[];
  /** The contract version that it claims to keep as a receiver. */
  readonly contract: string;
  /** The versions of which one must allow what it sends; left out where that is `contract`. */
  readonly sends?: readonly string[];
  readonly store: 'cloud' | 'own';
  readonly recovery_seconds: number;
  /** What it offers, and fields of messages that it calls otherwise: a verdict says what it lacks. */
  readonly has: Target['has'];
  readonly fields: Target['names']['fields'];
  /** Names of the hooks and seeds that it offers. */
  readonly hooks: readonly string[];
  readonly seeds: readonly string[];
  readonly known_differences: readonly { readonly requirement: string; readonly reason: string }[];
  readonly components: readonly CertifiedComponent[];
  /** Files and folders that were named to the judge as parts of the program. */
  readonly files: readonly Digested[];
}

/** One component, and what is known of the program behind it. */
export interface CertifiedComponent {
  readonly name: string;
  /** `url`: it ran on its own, and nobody knows from which files. */
  readonly started_by: 'command' | 'url' | 'nobody';
  /** Files that its command names. */
  readonly files: readonly Digested[];
  /** The container image that its command names by digest. */
  readonly image: Digested | null;
  /** What whoever made the certificate said of it, such as a deployed revision. */
  readonly declared: string | null;
  /** Its versions of the contract, where they are not those of the target. */
  readonly contract?: ContractClaim;
}

/** What became of a requirement, without what the contract says of it. */
export type CertifiedRequirement = Pick<
  RequirementResult,
  'id' | 'result' | 'fails_run' | 'cases' | 'reason' | 'known'
> & { readonly anomalies: readonly CertifiedAnomaly[] };

/** One broken promise; its diagram follows from the history of its case. */
export interface CertifiedAnomaly {
  readonly anomaly: string;
  readonly case: string;
  readonly repeats: number;
  readonly proof: string;
  readonly events: readonly number[];
}

/** One run over everything that was selected. */
export interface CertifiedRun {
  readonly seed: number;
  /** How long schedules and histories were explored; null for the usual number. */
  readonly deep_minutes: number | null;
  /** What ended the run early; null when nothing did. */
  readonly cut_short: string | null;
  /** Cases that were not begun or given up. */
  readonly given_up: readonly { readonly case: string; readonly reason: string }[];
  /** The cases whose histories the certificate has. */
  readonly cases: readonly { readonly name: string; readonly events: number; readonly sha256: string }[];
  /** Situations that the cases are about, and how often they occurred. */
  readonly situations: readonly {
    readonly name: string;
    readonly times: number;
    readonly cases: number;
    readonly occurred_in: number;
  }[];
  readonly requirements: readonly CertifiedRequirement[];
}

/** The histories of all runs, as JSON Lines that were compressed. */
export interface PackedHistories {
  readonly encoding: 'brotli+base64';
  /** Of the text before it was compressed. */
  readonly sha256: string;
  readonly bytes: number;
  readonly content: string;
}

/** A certificate that cannot be accepted; the message gives the reason and what to do. */
export class CertificateRefusedError extends Error {}
