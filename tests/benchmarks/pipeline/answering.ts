import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { loadServiceDefinition } from '../../../conformance/cloud/rpc/definitions.ts';
import { listen } from '../../../conformance/cloud/rpc/listen.ts';
import { EXAMPLES } from '../../../generated/examples.ts';

/** A program that answers the calls of Google's clients at once, and keeps nothing: the least that a cloud can cost. */

interface Request {
  readonly writes?: readonly unknown[];
  readonly documents?: readonly string[];
}

const time = { seconds: '1924992000', nanos: 0 };
const example = EXAMPLES.find(({ message }) => message === 'PrecomputeCompletion')?.payload ?? {};
const fields = Object.fromEntries(
  Object.entries(example).map(([name, value]) => [name, { stringValue: String(value) }]),
);

const commit = ({ request }: ServerUnaryCall<Request, object>, reply: sendUnaryData<object>): void => {
  reply(null, { writeResults: (request.writes ?? []).map(() => ({ updateTime: time })), commitTime: time });
};

const batchGet = (call: ServerWritableStream<Request, object>): void => {
  for (const name of call.request.documents ?? []) {
    call.write({ found: { name, fields, createTime: time, updateTime: time }, readTime: time });
  }
  call.end();
};

const publish = (_: unknown, reply: sendUnaryData<object>): void => reply(null, { messageIds: ['1'] });

const firestore = await listen(
  [
    {
      definition: loadServiceDefinition({
        package_name: '@google-cloud/firestore',
        file: 'build/protos/v1.json',
        service_name: 'google.firestore.v1.Firestore',
      }),
      implementation: { Commit: commit, BatchGetDocuments: batchGet },
    },
  ],
  (_, response) => void response.writeHead(404).end(),
  0,
);
const pubsub = await listen(
  [
    {
      definition: loadServiceDefinition({
        package_name: '@google-cloud/pubsub',
        file: 'build/protos/protos.json',
        service_name: 'google.pubsub.v1.Publisher',
      }),
      implementation: { Publish: publish },
    },
  ],
  (_, response) => void response.writeHead(404).end(),
  0,
);
process.stdout.write(`answering on 127.0.0.1:${pubsub.port} 127.0.0.1:${firestore.port}\n`);
