/** Pub/Sub and Firestore over REST, as far as Phase 5 needs them. */

const project = process.env.GOOGLE_CLOUD_PROJECT;
const topics = `http://${process.env.PUBSUB_EMULATOR_HOST}/v1/projects/${project}/topics`;
const root = `projects/${project}/databases/(default)/documents`;
const store = `http://${process.env.FIRESTORE_EMULATOR_HOST}/v1`;

/** Store or broker did not do what it was asked, or nobody knows whether it did. */
export class Unavailable extends Error {}

/** Publishes JSON messages of one topic in one call; resolves once the broker has confirmed all of them. */
export async function publish(topic, messages) {
  const wrapped = messages.map((message) => ({
    data: Buffer.from(JSON.stringify(message)).toString('base64'),
    attributes: { correlation_id: message.correlation_id, origin: 'journal' },
  }));
  const { status, body } = await call('POST', `${topics}/${topic}:publish`, { messages: wrapped });
  if (status !== 200)
    throw new Unavailable(`publish to ${topic} was answered ${status}: ${JSON.stringify(body)}`);
}

/** Gives a document's fields and version, or null. */
export async function get(path) {
  const { status, body } = await call('GET', `${store}/${root}/${path}`);
  if (status === 404) return null;
  if (status !== 200) throw new Unavailable(`get ${path} was answered ${status}`);
  return { fields: decode({ mapValue: body }), version: body.updateTime };
}

/** Writes a document that does not exist (version null) or has not changed since; false when somebody was faster. */
export async function put(path, fields, version) {
  const currentDocument = version === null ? { exists: false } : { updateTime: version };
  const update = { name: `${root}/${path}`, ...encode(fields).mapValue };
  const { status, body } = await call('POST', `${store}/${root}:commit`, {
    writes: [{ update, currentDocument }],
  });
  if (status === 200) return true;
  const reason = body?.error?.status;
  if (status === 404 || ['ALREADY_EXISTS', 'FAILED_PRECONDITION', 'NOT_FOUND'].includes(reason)) return false;
  throw new Unavailable(`commit of ${path} was answered ${status}: ${JSON.stringify(body)}`);
}

/** Gives the documents of a collection below a document, by id; after one, or those where a field equals a value. */
export async function query(parent, collection, { after, where } = {}) {
  const structuredQuery = {
    from: [{ collectionId: collection }],
    orderBy: [{ field: { fieldPath: '__name__' } }],
  };
  if (after) {
    const referenceValue = `${root}/${parent}/${collection}/${after}`;
    structuredQuery.startAt = { values: [{ referenceValue }], before: false };
  }
  if (where) {
    const [[fieldPath, value]] = Object.entries(where);
    structuredQuery.where = { fieldFilter: { field: { fieldPath }, op: 'EQUAL', value: encode(value) } };
  }
  const { status, body } = await call('POST', `${store}/${root}/${parent}:runQuery`, { structuredQuery });
  if (status !== 200) throw new Unavailable(`query of ${parent}/${collection} was answered ${status}`);
  return body.flatMap(({ document }) =>
    document ? [{ id: document.name.split('/').at(-1), fields: decode({ mapValue: document }) }] : [],
  );
}

async function call(method, url, json) {
  try {
    const headers = { authorization: 'Bearer owner', 'content-type': 'application/json' };
    const answer = await fetch(url, {
      method,
      headers,
      body: json && JSON.stringify(json),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, body: await answer.json() };
  } catch (error) {
    throw new Unavailable(`${method} ${url}: ${error.message}`);
  }
}

function encode(value) {
  if (value === null || value === undefined) return { nullValue: null };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encode) } };
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, encode(field)]));
  return { mapValue: { fields } };
}

function decode(value) {
  const [[kind, content]] = Object.entries(value).filter(([name]) => name.endsWith('Value'));
  if (kind === 'integerValue' || kind === 'doubleValue') return Number(content);
  if (kind === 'arrayValue') return (content.values ?? []).map(decode);
  if (kind !== 'mapValue') return content;
  return Object.fromEntries(
    Object.entries(content.fields ?? {}).map(([name, field]) => [name, decode(field)]),
  );
}
