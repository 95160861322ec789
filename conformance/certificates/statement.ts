import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { errorWords } from '../contract/errors.ts';
import type { HistoryEvent } from '../history/events.ts';
import { type Certificate, CertificateRefusedError, type Statement } from './certificate.ts';
import { digestOf, subjectsOf } from './origin/target.ts';

/**
 * Read a statement strictly: written in one way only, as the schema has it, with the digests that it says.
 *
 * @throws {CertificateRefusedError} with the first thing that is not so.
 */
export function readStatement(text: string): Certificate {
  const statement = parsed(text);
  const { statement: isStatement } = schemas();
  if (!isStatement(statement)) {
    throw new CertificateRefusedError(`the statement is none of ours: ${explain(isStatement.errors)}`);
  }
  if (JSON.stringify(statement) !== text) {
    throw new CertificateRefusedError('the statement is not written as "conformance certify" writes it');
  }
  const { predicate, subject } = statement;
  const { sha256, ...rest } = predicate;
  if (digestOf(JSON.stringify(rest)) !== sha256) {
    throw new CertificateRefusedError(
      'the certificate is not the one whose digest it carries; something in it was changed',
    );
  }
  if (JSON.stringify(subject) !== JSON.stringify(subjectsOf(predicate.target))) {
    throw new CertificateRefusedError('the subject is not what the certificate says of its target');
  }
  return predicate;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CertificateRefusedError(`the statement is no JSON: ${errorWords(error)}`);
  }
}

interface Schemas {
  readonly statement: ValidateFunction<Statement>;
  readonly event: ValidateFunction<HistoryEvent>;
}

let compiled: Schemas | undefined;

function schemas(): Schemas {
  if (compiled !== undefined) return compiled;
  const at = (file: string): object =>
    JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
  const ajv = new Ajv({
    discriminator: true,
    allowUnionTypes: true,
    schemas: [at('../history/event.schema.json')],
  });
  compiled = {
    statement: ajv.compile<Statement>(at('certificate.schema.json')),
    event: ajv.compile<HistoryEvent>({ $ref: 'conformance/history/event.schema.json' }),
  };
  return compiled;
}

/** Say what is wrong with the form of an event; undefined when nothing is. */
export function problemOf(event: HistoryEvent): string | undefined {
  const { event: isEvent } = schemas();
  const is_event: boolean = isEvent(event);
  return is_event ? undefined : explain(isEvent.errors);
}

function explain(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return `${first?.instancePath ?? ''} ${first?.message ?? 'is invalid'}`.trim();
}
