import { createHash } from 'node:crypto';
import { type Api, type JsonObject, ok } from '../answer.ts';
import { createOperations } from '../operations.ts';
import { createStore } from '../store.ts';

/**
 * Serve Cloud Storage: buckets, and uploads whose checksum gcloud compares with its own.
 *
 * An endpoint override with a path stands for `/storage/v1` of the service, but uploads go to `/upload/storage/v1` of
 * its host, so this API is served under two names.
 */
export function createStorage(): Api {
  const buckets = createStore();
  const objects = createStore();
  return ({ method, path, query, body, raw }) => {
    const [, bucket] = /^\/b\/([^/]+)$/.exec(path) ?? [];
    if (path === '/b' && method === 'POST') {
      const name = String(body['name']);
      return ok(buckets.create(name, { ...body, kind: 'storage#bucket', id: name, location: 'US-WEST2' }));
    }
    if (path === '/b') return ok({ kind: 'storage#buckets', items: buckets.list('') });
    if (bucket !== undefined) return ok(buckets.get(bucket));
    const [, target] = /^\/storage\/v1\/b\/([^/]+)\/o$/.exec(path) ?? [];
    if (target !== undefined && method === 'POST') {
      const content = multipartContent(raw);
      const name = query.get('name') ?? '';
      return ok(
        objects.create(`${target}/${name}`, {
          kind: 'storage#object',
          name,
          bucket: target,
          generation: '1',
          size: String(content.length),
          md5Hash: createHash('md5').update(content).digest('base64'),
        }),
      );
    }
    const [, from, object] = /^\/b\/([^/]+)\/o\/(.+)$/.exec(path) ?? [];
    return from === undefined ? undefined : ok(objects.get(`${from}/${object}`));
  };
}

/** Cut the content out of a multipart upload: what stands in its second part. */
function multipartContent(raw: Buffer): Buffer {
  const boundary = raw.subarray(0, raw.indexOf('\n')).toString('latin1').trim();
  const second = raw.indexOf(boundary, boundary.length);
  const separator = /\r?\n\r?\n/.exec(raw.subarray(second).toString('latin1'));
  const start = second + (separator?.index ?? 0) + (separator?.[0].length ?? 0);
  const end = raw.lastIndexOf(`\n${boundary}--`);
  return raw.subarray(start, raw[end - 1] === 0x0d ? end - 1 : end);
}

/** Serve Artifact Registry v1: repositories. */
export function createArtifactRegistry(): Api {
  const repositories = createStore();
  const operations = createOperations();
  return (request) => {
    const done = operations.serve(request);
    if (done !== undefined) return done;
    const { method, path, query, body } = request;
    const name = path.slice('/v1/'.length);
    if (path.endsWith('/repositories') && method === 'POST') {
      const id = `${name}/${query.get('repositoryId')}`;
      const created = repositories.create(id, { ...body, name: id });
      return operations.begin(`${name.split('/repositories')[0]}/operations`, created);
    }
    return method === 'GET' && name.includes('/repositories/') ? ok(repositories.get(name)) : undefined;
  };
}

/** Serve Cloud Build: every build succeeds at the first question. */
export function createCloudBuild(): Api {
  return ({ method, path }) => {
    if (method !== 'GET') return undefined;
    if (path.endsWith('/defaultServiceAccount'))
      return ok({ name: path.slice(4), serviceAccountEmail: 'build@example.iam.gserviceaccount.com' });
    const [, name] = /^\/v[12]\/(.+\/operations\/[^/]+)$/.exec(path) ?? [];
    if (name !== undefined) return ok({ name, done: true, metadata: { build: BUILD }, response: BUILD });
    return path.includes('/builds/') ? ok(BUILD) : undefined;
  };
}

const BUILD: JsonObject = {
  id: 'build-1',
  name: 'projects/1/locations/us-west2/builds/build-1',
  status: 'SUCCESS',
  results: { images: [{ name: 'image', digest: `sha256:${'0'.repeat(64)}` }] },
};
