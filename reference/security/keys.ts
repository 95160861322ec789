import { OAuth2Client } from 'google-auth-library';
import { PipelineError } from '../errors/pipeline-error.ts';

/** Certificates in PEM by the name of their key. */
export type Keys = Readonly<Record<string, string>>;

/** Where keys come from. */
export interface KeySource {
  /**
   * The keys, at most as old as their sender allows. `without` names a key that was missing from the keys known so
   * far, which may be a new one: then they are asked for again, though not more often than once a minute.
   *
   * @throws {PipelineError} KEYS_UNAVAILABLE when the key server does not answer.
   */
  keys(without?: string): Promise<Keys>;
}

/** How long an answer may take; the shortest ack deadline is ten seconds. */
const ANSWER_MS_MAX = 3_000;

/** Made-up key names must not become a stream of requests to the key server. */
const ASK_AGAIN_MS_MIN = 60_000;

/**
 * Make the source of Google's keys.
 *
 * @param url  another key server with the same answers; null for Google's.
 */
export function createKeySource(url: string | null, now: () => number = Date.now): KeySource {
  let client = createClient(url);
  let asked_again_at = Number.NEGATIVE_INFINITY;
  return {
    async keys(without) {
      if (without !== undefined && now() - asked_again_at >= ASK_AGAIN_MS_MIN) {
        asked_again_at = now();
        // A client keeps its keys until they expire; a new one knows none.
        client = createClient(url);
      }
      try {
        return (await client.getFederatedSignonCertsAsync()).certs as Keys;
      } catch (cause) {
        throw new PipelineError(
          'KEYS_UNAVAILABLE',
          'expected the keys that tokens are signed with, got no answer from the key server; wait, the delivery comes again',
          {},
          cause,
        );
      }
    },
  };
}

function createClient(url: string | null): OAuth2Client {
  return new OAuth2Client({
    transporterOptions: { timeout: ANSWER_MS_MAX, retryConfig: { retry: 1, noResponseRetries: 1 } },
    ...(url !== null && { endpoints: { oauth2FederatedSignonPemCertsUrl: url } }),
  });
}
