import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { errorWords } from '../../contract/errors.ts';

/** A key file that cannot be used; the message says what was expected. */
export class KeyFileError extends Error {}

/** Writes a new ed25519 key for nobody else to read, and beside it, as `FILE.pub`, the public key. Overwrites nothing. */
export function writeNewKey(file: string): { readonly public_file: string; readonly keyid: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const public_file = `${file}.pub`;
  try {
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    writeFileSync(public_file, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' });
  } catch (error) {
    const why = errorWords(error);
    throw new KeyFileError(`${file}: expected a new file that can be written, ${why}; name another one`);
  }
  return { public_file, keyid: keyidOf(publicKey) };
}

/** Read a private key that signs. @throws {KeyFileError} when the file has no ed25519 key. */
export function readPrivateKey(file: string): KeyObject {
  return readKey(file, createPrivateKey, 'make one with "conformance certify --new-key FILE"');
}

/** Read a public key that is trusted. @throws {KeyFileError} when the file has no ed25519 key. */
export function readPublicKey(file: string): KeyObject {
  return readKey(file, createPublicKey, 'name the FILE.pub that "conformance certify --new-key FILE" wrote');
}

/** Read a public key as an envelope carries it; undefined when it is none. */
export function publicKeyOf(base64: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), type: 'spki', format: 'der' });
    return key.asymmetricKeyType === 'ed25519' && encodedKey(key) === base64 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Write a public key as an envelope carries it: its SubjectPublicKeyInfo in base64. */
export function encodedKey(key: KeyObject): string {
  return derOf(key).toString('base64');
}

/** Name a public key by its digest. */
export function keyidOf(key: KeyObject): string {
  return createHash('sha256').update(derOf(key)).digest('hex');
}

function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function readKey(file: string, create: (pem: string) => KeyObject, advice: string): KeyObject {
  try {
    const key = create(readFileSync(file, 'utf8'));
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error(`got one of type ${key.asymmetricKeyType}`);
  } catch (error) {
    const why = errorWords(error);
    throw new KeyFileError(`${file}: expected an ed25519 key in PEM, ${why}; ${advice}`);
  }
}
