import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { decodeDelivery } from '../../../reference/message/decode.ts';
import type { HttpRequest } from '../../../reference/ports/ports.ts';
import { envelope, push, request } from '../deliveries.ts';

const PAYLOAD = { processor_name: 'bdl_box_scores', note: 'ü' };
const BASE64 = Buffer.from(JSON.stringify(PAYLOAD)).toString('base64');
const SOURCE = '//pubsub.googleapis.com/projects/p/topics/nba-phase4-trigger';

function errorOf(broken: HttpRequest): PipelineError {
  try {
    decodeDelivery(broken);
  } catch (error) {
    if (error instanceof PipelineError) return error;
  }
  throw new Error('expected a PipelineError');
}

describe('ACK-008 the same delivery is understood in every form', () => {
  const delivery = {
    message_id: 'm-1',
    subscription: 'projects/demo-test/subscriptions/some-sub',
    topic: null,
    attributes: { phase: 'p' },
    delivery_attempt: 2,
    payload: PAYLOAD,
  };

  test('push envelope', () => {
    expect(decodeDelivery(push('/', PAYLOAD))).toEqual(delivery);
  });

  test('CloudEvent in binary mode, which also names its topic', () => {
    const headers = {
      'content-type': 'application/json',
      'ce-id': '1',
      'ce-source': SOURCE,
      'ce-specversion': '1.0',
    };
    expect(decodeDelivery(request('POST', '/', envelope(BASE64), headers))).toEqual({
      ...delivery,
      topic: 'nba-phase4-trigger',
    });
  });

  test.each(['data', 'data_base64'])('CloudEvent in structured mode, with %s', (field) => {
    const text = Buffer.from(JSON.stringify(envelope(BASE64))).toString('base64');
    const body = {
      specversion: '1.0',
      id: '1',
      source: SOURCE,
      [field]: field === 'data' ? envelope(BASE64) : text,
    };
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect(decodeDelivery(request('POST', '/', body, headers))).toEqual({
      ...delivery,
      topic: 'nba-phase4-trigger',
    });
  });

  test('a sparse envelope: message_id in snake case, no attributes, no attempt, no subscription', () => {
    const sparse = { message: { data: BASE64, message_id: '7', attributes: null } };
    expect(decodeDelivery(request('POST', '/', sparse))).toEqual({
      message_id: '7',
      subscription: null,
      topic: null,
      attributes: {},
      delivery_attempt: null,
      payload: PAYLOAD,
    });
  });
});

describe('ACK-002 an invalid envelope says what was expected and what came', () => {
  const CASES: readonly [string, unknown, string][] = [
    ['an empty body', '', 'the body must be a Pub/Sub push envelope or a CloudEvent in JSON, got "0 bytes"'],
    ['a body that is not JSON', '<html>', 'got "6 bytes"'],
    ['a body that is a list', '[]', 'the request body must be an object, got []'],
    ['a body without message', '{}', 'message must be an object, got nothing'],
    [
      'a message without id',
      { message: { data: BASE64 } },
      'message.messageId must be text that is not empty, got nothing',
    ],
    [
      'a message without data',
      envelope(undefined),
      'message.data must be base64 that is not empty, got nothing',
    ],
    ['empty data', envelope(''), 'message.data must be base64 that is not empty, got ""'],
    [
      'data that is not base64',
      envelope('%%%%'),
      'message.data must be base64 that is not empty, got "%%%%"',
    ],
    ['data cut short', envelope(BASE64.slice(0, -3)), 'message.data must be base64 that is not empty'],
    [
      'attributes that are a list',
      { message: { data: BASE64, messageId: '1', attributes: [] } },
      'message.attributes must be an object',
    ],
  ];

  test.each(CASES)('%s', (_name, body, sentence) => {
    const error = errorOf(request('POST', '/', body));
    expect(error.code).toBe('INVALID_ENVELOPE');
    expect(error.status).toBe(400);
    expect(error.message).toContain(sentence);
  });

  test.each([
    ['text', Buffer.from('not json').toString('base64')],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x7b]).toString('base64')],
  ])('%s as payload is INVALID_JSON and names the message', (_name, base64) => {
    const error = errorOf(request('POST', '/', envelope(base64, '8812')));
    expect(error.code).toBe('INVALID_JSON');
    expect(error.message).toContain('message_id: 8812');
  });
});

property.prop([fc.uint8Array(), fc.constantFrom('application/json', 'application/cloudevents+json', '')])(
  'ACK-002 no body at all makes anything but a delivery or one of its errors',
  (body, contentType) => {
    const broken = { ...request('POST', '/', '', { 'content-type': contentType }), body: Buffer.from(body) };
    expect(['INVALID_ENVELOPE', 'INVALID_JSON']).toContain(errorOf(broken).code);
  },
);
