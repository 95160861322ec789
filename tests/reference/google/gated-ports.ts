import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll } from 'vitest';
import type { CallVerdict, CloudCall } from '../../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { createPorts, type GooglePorts } from '../../../reference/google/ports.ts';
import { SETTINGS } from '../deliveries.ts';

/** What a call that nobody strikes gets. */
export const SERVE: CallVerdict = { kind: 'serve' };

/** An outage that passes. */
export const UNAVAILABLE = { code: 14, message: 'gone for a moment' };

/** The ports of two processes on one embedded cloud with a topic `here`, and what becomes of their calls. */
export interface GatedPorts {
  readonly ports: GooglePorts;
  readonly rival: GooglePorts;
  verdict: (call: CloudCall) => CallVerdict | Promise<CallVerdict>;
  /** Lets a verdict strike one call of a method once, and serves all others. */
  strikeOnce(method: string, strike: CallVerdict): void;
}

/** Open the ports for the tests of a file; they are there as soon as a test runs. */
export function gatedPorts(): GatedPorts {
  let cloud: EmbeddedCloud;
  const gate: Pick<GatedPorts, 'verdict' | 'strikeOnce'> = {
    verdict: () => SERVE,
    strikeOnce(method, strike) {
      let isStruck = false;
      gate.verdict = (call) => {
        if (isStruck || call.method !== method) return SERVE;
        isStruck = true;
        return strike;
      };
    },
  };
  const opened = gate as GatedPorts;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud({ gate: (call) => gate.verdict(call) });
    Object.assign(process.env, {
      METADATA_SERVER_DETECTION: 'none',
      PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
      FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
    });
    Object.assign(opened, { ports: createPorts(SETTINGS), rival: createPorts(SETTINGS) });
    const pubsub = new PubSub({ projectId: SETTINGS.project });
    await pubsub.createTopic('here');
    await pubsub.close();
  });
  afterAll(async () => {
    await Promise.all([opened.ports.close(), opened.rival.close()]);
    await cloud.stop();
  });
  return opened;
}

/** The code of the error with which a piece of work ends; the error itself if it is none of ours. */
export function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error) => (error instanceof PipelineError ? error.code : error),
  );
}
