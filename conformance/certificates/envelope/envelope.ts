import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { errorWords } from '../../contract/errors.ts';
import { CertificateRefusedError } from '../certificate.ts';
import { encodedKey, keyidOf, publicKeyOf } from './keys.ts';

/** What the payload of the envelope is, in the words of in-toto. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A DSSE envelope with one signature at most; `public_key` is beside what DSSE asks for. */
interface Envelope {
  readonly payloadType: typeof PAYLOAD_TYPE;
  readonly payload: string;
  readonly signatures: readonly {
    readonly keyid: string;
    readonly sig: string;
    readonly public_key: string;
  }[];
}

/** Who signed: `trusted` holds the signature to a key that the reader named. */
export type Signature =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'signed' | 'trusted'; readonly keyid: string };

/** Wrap the text of a statement, signed where there is a key. */
export function sealed(statement: string, key?: KeyObject): string {
  const body = Buffer.from(statement);
  const signatures = key === undefined ? [] : [signed(body, key)];
  return written({ payloadType: PAYLOAD_TYPE, payload: body.toString('base64'), signatures });
}

function signed(body: Buffer, key: KeyObject): Envelope['signatures'][number] {
  const own = createPublicKey(key);
  const sig = sign(null, preAuthenticated(body), key).toString('base64');
  return { keyid: keyidOf(own), sig, public_key: encodedKey(own) };
}

function written({ payloadType, payload, signatures }: Envelope): string {
  const ordered = signatures.map(({ keyid, sig, public_key }) => ({ keyid, sig, public_key }));
  return `${JSON.stringify({ payloadType, payload, signatures: ordered }, null, 1)}\n`;
}

/** What is signed: type and body with their lengths, as DSSE has it. */
function preAuthenticated(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${body.length} `), body]);
}

/**
 * Open an envelope.
 *
 * @param trusted the key that must have signed it; undefined for any or none.
 * @throws {CertificateRefusedError} when it is not as it was written, or not signed as is asked for.
 */
export function opened(
  text: string,
  trusted?: KeyObject,
): { readonly statement: string; readonly signature: Signature } {
  const envelope = readEnvelope(text);
  const body = Buffer.from(envelope.payload, 'base64');
  if (written(envelope) !== text || body.toString('base64') !== envelope.payload) {
    throw new CertificateRefusedError(
      'the envelope is not written as "conformance certify" writes it; take the file as it was made, byte for byte',
    );
  }
  const statement = body.toString('utf8');
  if (!Buffer.from(statement).equals(body)) throw new CertificateRefusedError('the payload is no UTF-8 text');
  return { statement, signature: signatureOf(envelope, body, trusted) };
}

function readEnvelope(text: string): Envelope {
  const value = parsed(text) as Partial<Envelope> | null;
  const { payloadType, payload, signatures } = typeof value === 'object' && value !== null ? value : {};
  if (payloadType !== PAYLOAD_TYPE || typeof payload !== 'string' || !Array.isArray(signatures)) {
    throw new CertificateRefusedError(
      `expected a DSSE envelope with payloadType ${PAYLOAD_TYPE}, payload and signatures; make one with "conformance certify"`,
    );
  }
  const isSigned = (one: unknown): boolean =>
    ['keyid', 'sig', 'public_key'].every(
      (name) => typeof (one as Record<string, unknown> | null)?.[name] === 'string',
    );
  if (signatures.length > 1 || !signatures.every(isSigned)) {
    throw new CertificateRefusedError('expected one signature at most, with keyid, sig and public_key');
  }
  return { payloadType, payload, signatures };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CertificateRefusedError(`the file is no JSON (${errorWords(error)}); take it as it was made`);
  }
}

function signatureOf(
  { signatures: [first] }: Envelope,
  body: Buffer,
  trusted: KeyObject | undefined,
): Signature {
  if (first === undefined) {
    if (trusted === undefined) return { kind: 'unsigned' };
    throw new CertificateRefusedError('it is not signed, and you asked for a signature with --key');
  }
  const key = publicKeyOf(first.public_key);
  if (key === undefined)
    throw new CertificateRefusedError('the public key of the signature is no ed25519 key');
  const keyid = keyidOf(key);
  if (first.keyid !== keyid)
    throw new CertificateRefusedError('the keyid is not that of the public key beside it');
  if (trusted !== undefined && keyidOf(trusted) !== keyid) {
    throw new CertificateRefusedError(
      `it is signed with key ${keyid.slice(0, 16)}, and --key names ${keyidOf(trusted).slice(0, 16)}; whoever holds your key did not sign it`,
    );
  }
  const sig = Buffer.from(first.sig, 'base64');
  const is_whole = sig.toString('base64') === first.sig;
  if (!is_whole || !verify(null, preAuthenticated(body), key, sig)) {
    throw new CertificateRefusedError('the signature does not fit the payload; one of them was changed');
  }
  return { kind: trusted === undefined ? 'signed' : 'trusted', keyid };
}
