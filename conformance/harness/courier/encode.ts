import type { DeliveryForm } from '../../history/events.ts';

/** One message on its way to one component. */
export interface Parcel {
  readonly form: DeliveryForm;
  readonly project: string;
  readonly topic: string;
  readonly subscription: string;
  readonly message_id: string;
  /** ISO 8601 in UTC. */
  readonly publish_time: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The message's bytes, before base64. */
  readonly data: string;
  readonly attempt: number;
}

/** What goes over HTTP. */
export interface HttpParcel {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Write a parcel as Pub/Sub push does it, or as the CloudEvent that Eventarc makes of it. */
export function encodeParcel(parcel: Parcel): HttpParcel {
  const envelope = pushEnvelope(parcel);
  switch (parcel.form) {
    case 'push_envelope':
      return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(envelope) };
    case 'cloud_event_binary': {
      const headers = Object.entries(eventAttributes(parcel)).map(([name, value]) => [`ce-${name}`, value]);
      return {
        headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
        body: JSON.stringify(envelope),
      };
    }
    case 'cloud_event_structured':
      return {
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({
          ...eventAttributes(parcel),
          datacontenttype: 'application/json',
          data: envelope,
        }),
      };
  }
}

function pushEnvelope(parcel: Parcel): object {
  return {
    message: {
      data: Buffer.from(parcel.data, 'utf8').toString('base64'),
      messageId: parcel.message_id,
      message_id: parcel.message_id,
      publishTime: parcel.publish_time,
      publish_time: parcel.publish_time,
      attributes: parcel.attributes,
    },
    subscription: `projects/${parcel.project}/subscriptions/${parcel.subscription}`,
    deliveryAttempt: parcel.attempt,
  };
}

function eventAttributes(parcel: Parcel): Readonly<Record<string, string>> {
  return {
    specversion: '1.0',
    id: parcel.message_id,
    source: `//pubsub.googleapis.com/projects/${parcel.project}/topics/${parcel.topic}`,
    type: 'google.cloud.pubsub.topic.v1.messagePublished',
    time: parcel.publish_time,
  };
}
