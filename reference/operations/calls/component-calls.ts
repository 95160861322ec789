import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Addresses } from './addresses.ts';

/** One call of a component's endpoint; `body` null sends none. */
export interface ComponentCall {
  readonly component: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: object | null;
}

/** What a component answered; `body` is JSON where it is JSON, else text. */
export interface ComponentAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls components by name. */
export interface ComponentCalls {
  /** @throws {PipelineError} COMPONENT_UNAVAILABLE when nobody answers; INVALID_CONFIGURATION without an address. */
  call(call: ComponentCall): Promise<ComponentAnswer>;
}

/** A start that waits for Phase 4 may take half an hour. */
const CALL_MS_MAX = 1_800_000;

/** Make calls to wherever the addresses lead. */
export function createComponentCalls(addresses: Addresses): ComponentCalls {
  return {
    async call({ component, method, path, body }) {
      const { url, headers } = await addresses.find(component);
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(`${url}${path}`, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          ...(body === null ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(CALL_MS_MAX),
        });
        text = await answer.text();
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        throw new PipelineError(
          'COMPONENT_UNAVAILABLE',
          `expected ${component} to answer ${method} ${url}${path}, got: ${cause instanceof Error ? cause.message : cause}; is it running, and is the address right?`,
          { component, url, path },
          error,
        );
      }
      return { status: answer.status, body: parse(text) };
    },
  };
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
