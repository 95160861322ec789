import type { RequestListener } from 'node:http';
import type { ServedService } from '../rpc/service.ts';

/** Serves services as REST. */
export function createRestListener(_services: readonly ServedService[]): RequestListener {
  return (_request, response) => void response.writeHead(404).end();
}
