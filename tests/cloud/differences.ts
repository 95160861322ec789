/** Which cloud a behaviour suite is driving. */
export type BackendName = 'embedded' | 'google';

/** A point in which Google's emulator does not do what the service documents. The embedded cloud follows the service. */
export interface Difference {
  readonly service: string;
  readonly emulator: string;
}

/** Every difference that the shared Pub/Sub suite knows, by id. docs/embedded-cloud.md lists the same ones. */
export const PUBSUB_DIFFERENCES = {
  'push-ack-202': {
    service: 'a push answered 202 is acknowledged',
    emulator: 'counts 202 as a nack and pushes again',
  },
  'push-ack-203': {
    service: 'a push answered 203 is not acknowledged',
    emulator: 'counts 203 as an ack',
  },
  'push-delivery-attempt': {
    service: 'a push body carries deliveryAttempt when the subscription has a dead-letter policy',
    emulator: 'leaves deliveryAttempt out',
  },
  'push-ordering-key': {
    service: 'a push body carries orderingKey when the message has one',
    emulator: 'leaves orderingKey out',
  },
  'push-empty-fields': {
    service: 'a push body leaves out empty data and empty attributes',
    emulator: 'sends "" and {}',
  },
  'push-in-flight': {
    service: 'many pushes of one subscription are in flight at the same time',
    emulator: 'has at most two in flight',
  },
  'ordering-nack': {
    service:
      'a nack under an ordering key delivers that message and all later ones of the key again, in order',
    emulator: 'goes on with the later messages and delivers only the nacked one again, behind them',
  },
  'ordering-without-key': {
    service:
      'on a subscription with message ordering, messages without an ordering key wait for no other one',
    emulator: 'treats them as messages of one key: they come in turn, and are acked in turn',
  },
  'push-retry-policy': {
    service: 'a nacked push waits for the backoff of the retry policy',
    emulator: 'pushes again after about a second, whatever the policy says',
  },
  'dead-letter-at-once': {
    service: 'a message is forwarded when its last delivery attempt has failed',
    emulator: 'forwards it at the next pull from its subscription',
  },
  'pull-from-push': {
    service: 'pulling from a push subscription is FAILED_PRECONDITION',
    emulator: 'answers with no messages',
  },
  'update-topic-labels': {
    service: 'a topic can have its labels and retention updated',
    emulator: 'answers INVALID_ARGUMENT for these fields',
  },
  'update-subscription-labels': {
    service: 'a subscription can have its labels updated',
    emulator: 'answers INVALID_ARGUMENT for this field',
  },
  'snapshot-of-deleted-topic': {
    service:
      'a snapshot of a subscription whose topic was deleted has the topic `_deleted-topic_`, as the subscription has',
    emulator: 'has the name of the topic that was deleted',
  },
  'pull-after-stream': {
    service: 'a subscription with message ordering can be pulled from after a stream has ended',
    emulator: 'answers UNKNOWN now and then, and the next pull works',
  },
  'ordered-dead-letter': {
    service:
      'a subscription with message ordering goes on after a message has left it for its dead-letter topic',
    emulator: 'delivers nothing from it any more',
  },
  'reserved-attributes': {
    service: 'attribute keys that begin with "goog" are INVALID_ARGUMENT',
    emulator: 'accepts them',
  },
  'publish-size': {
    service: 'a publish request of more than 10 MB is INVALID_ARGUMENT',
    emulator: 'accepts it',
  },
  'ack-deadline-bounds': {
    service: 'an ack deadline below 10 s, or a modified one above 600 s, is INVALID_ARGUMENT',
    emulator: 'accepts both',
  },
  'attempts-bounds': {
    service: 'max_delivery_attempts outside 5 to 100 is INVALID_ARGUMENT',
    emulator: 'answers OUT_OF_RANGE',
  },
  'page-token': {
    service: 'a page token that no page gave is INVALID_ARGUMENT',
    emulator: 'starts over from the first page',
  },
  'push-token': {
    service: 'a push with oidc_token carries a signed token, whose service account must be named',
    emulator: 'sends none and accepts any',
  },
  'protobuf-schemas': {
    service: 'a schema can be written in Protocol Buffers',
    emulator: 'answers UNIMPLEMENTED',
  },
  filters: {
    service: 'a subscription with a filter gets the messages that pass it, and no others',
    emulator: 'stores the filter and delivers every message',
  },
  detach: {
    service: 'a subscription can be detached from its topic',
    emulator: 'answers UNIMPLEMENTED',
  },
  'access-policies': {
    service: 'topics and subscriptions have access policies, and permissions can be tested',
    emulator: 'answers UNIMPLEMENTED',
  },
  'exactly-once-push': {
    service: 'exactly-once delivery with a push endpoint is INVALID_ARGUMENT',
    emulator: 'accepts it',
  },
  'seek-ordered': {
    service: 'a subscription with message ordering can seek',
    emulator: 'answers UNIMPLEMENTED',
  },
  'subscriptions-of-missing-topic': {
    service: 'listing the subscriptions of a topic that does not exist is NOT_FOUND',
    emulator: 'answers with an empty list',
  },
} as const satisfies Record<string, Difference>;

/** The id of one difference. */
export type DifferenceId = keyof typeof PUBSUB_DIFFERENCES;

/**
 * Every difference that the shared Firestore suite knows, by id. Where the service documents less than a suite
 * needs, `service` states what the embedded cloud does. docs/embedded-cloud.md lists the same ones.
 */
export const FIRESTORE_DIFFERENCES = {
  'write-against-reader': {
    service:
      'a plain write to what an open transaction has read waits briefly and then holds; the transaction aborts',
    emulator: 'waits two seconds and aborts the plain write; the transaction commits',
  },
  'rivals-both-abort': {
    service: 'of two transactions that read and write one document, exactly one commits',
    emulator: 'at most one commits: both may abort when their locks time out',
  },
  'other-database': {
    service:
      'a write to a document of another project or database than the request names is INVALID_ARGUMENT',
    emulator: 'accepts it',
  },
  'name-descending': {
    service: 'documents can be ordered by name, descending',
    emulator: 'answers FAILED_PRECONDITION',
  },
  'list-page-size': {
    service: 'a page of listed documents holds up to 300',
    emulator: 'holds up to 150, and 30 when no size is asked for',
  },
  'nested-array-transform': {
    service:
      'an array transform with an array or a vector as element is INVALID_ARGUMENT, as it is in a document',
    emulator: 'accepts it',
  },
  'commit-size': {
    service: 'a commit of more than 10 MiB is INVALID_ARGUMENT',
    emulator: 'answers RESOURCE_EXHAUSTED, from 4 MiB on over REST',
  },
  'create-after-write': {
    service:
      'writes of one commit apply in order: a create after another write to its document is ALREADY_EXISTS',
    emulator: 'answers INVALID_ARGUMENT',
  },
  'update-time-ahead': {
    service: 'a precondition with a time after the last update of its document is FAILED_PRECONDITION',
    emulator: 'answers INVALID_ARGUMENT',
  },
  'update-time-of-deleted': {
    service:
      'a delete whose precondition is the time at which its document was deleted is FAILED_PRECONDITION',
    emulator: 'accepts it, as if the missing document had been updated then',
  },
  'update-after-delete': {
    service:
      'writes of one commit apply in order: an update that wants its document, after a delete of it, is NOT_FOUND',
    emulator: 'answers INVALID_ARGUMENT',
  },
  'nested-vectors': {
    service: 'a search finds vectors inside a map, by their path',
    emulator: 'finds none there',
  },
  'old-read-time': {
    service: 'a read as of more than an hour ago is FAILED_PRECONDITION',
    emulator: 'answers with what it has',
  },
  'resumed-listener': {
    service: 'a listener with a resume token is told what changed since',
    emulator: 'tells everything again',
  },
  'aggregate-by-name': {
    service: 'a sum or an average over a query for a name of a document is answered',
    emulator: 'answers INVALID_ARGUMENT, because no index could hold it',
  },
  'listener-refusals': {
    service: 'a query that is INVALID_ARGUMENT is it for a listener, too',
    emulator: 'answers some of them with FAILED_PRECONDITION',
  },
  'too-many-aggregations': {
    service: 'more than five aggregations in one query are INVALID_ARGUMENT',
    emulator: 'answers UNKNOWN',
  },
} as const satisfies Record<string, Difference>;

/** The id of one difference between the Firestores. */
export type FirestoreDifferenceId = keyof typeof FIRESTORE_DIFFERENCES;

/** Every difference that the shared REST suite knows, by id, beside those of the services themselves. */
export const REST_DIFFERENCES = {
  'query-parameter-values': {
    service: 'a query parameter can hold a timestamp or bytes',
    emulator: 'reads a timestamp as 1970 and never answers a request with bytes',
  },
  'query-parameter-names': {
    service: 'a query parameter that the method does not have is INVALID_ARGUMENT',
    emulator: 'ignores it',
  },
} as const satisfies Record<string, Difference>;

/** The id of one difference between the REST surfaces. */
export type RestDifferenceId = keyof typeof REST_DIFFERENCES;
