import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Random } from '../../../conformance/harness/messages/random.ts';
import { type Draft, opening, relist, resealed } from './draft.ts';

/** One way to forge a certificate. */
export interface Kind {
  readonly name: string;
  /** What the reason must say. */
  readonly reason: RegExp;
  /** True when the reader names the key of the honest certificate. */
  readonly holds_key?: boolean;
  readonly forge: (honest: string, random: Random) => string;
}

/** A kind, whatever it does to the text. */
export function kind(name: string, reason: RegExp, forge: Kind['forge']): Kind {
  return { name, reason, forge };
}

/** A kind that changes words only; half of the forgers sign it. */
export function says(name: string, reason: RegExp, change: (draft: Draft, random: Random) => void): Kind {
  return kind(name, reason, (text, random) => {
    const draft = opening(text);
    change(draft, random);
    return resealed(draft, random.below(2) === 0 ? newKey() : undefined);
  });
}

/** A kind that changes histories. */
export function tells(name: string, reason: RegExp, change: (draft: Draft, random: Random) => void): Kind {
  return says(name, reason, (draft, random) => {
    change(draft, random);
    relist(draft);
  });
}

/** What the envelope holds. */
export function statementIn(text: string): string {
  return Buffer.from(JSON.parse(text).payload, 'base64').toString();
}

/** A key that nobody knows. */
export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}
