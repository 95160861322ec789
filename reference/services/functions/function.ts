import { http } from '@google-cloud/functions-framework';
import { guardEveryServer } from '../../security/gate.ts';
import { prepareComponents, STOP_MS_MAX } from '../run.ts';
import { readRequest } from '../serve.ts';
import { endAfterRequests } from './ending.ts';

/**
 * Register a component as the Cloud Function of its name; the framework's own program serves it.
 *
 * When the platform ends the process, requests under way finish first, as those of a service do.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION for an unknown component or a wrong setting, before anything is served.
 */
export async function registerFunction(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { components, gate, close } = await prepareComponents([name], environment);
  // The framework makes the server itself, later, and would read every body.
  guardEveryServer(gate);
  endAfterRequests(STOP_MS_MAX, close);
  for (const { handler } of components) {
    http(name, async (request, response) => {
      const { status, body } = await handler(readRequest(request));
      response.status(status);
      if (body === undefined) response.end();
      else response.json(body);
    });
  }
}
