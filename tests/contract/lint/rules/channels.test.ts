import { channelProblems } from '../../../../scripts/contract/rules/channels.ts';
import { type Breakage, expectFound } from '../../breakage.ts';

const BREAKAGES: readonly Breakage[] = [
  {
    name: 'a channel that nobody sends to',
    edit: (document) => document.deleteIn(['operations', 'phase2Raw.send.phase2RawComplete']),
    says: 'expected a component that sends on channel phase2RawComplete',
    at: 'phase2RawComplete:',
  },
  {
    name: 'a channel that nobody receives from',
    edit: (document) => document.deleteIn(['operations', 'phase5Worker.receive.phase5PredictionRequest']),
    says: 'expected a component that receives on channel phase5PredictionRequest',
    at: 'phase5PredictionRequest:',
  },
  {
    name: 'an operation of an unknown component',
    edit: (document) =>
      document.setIn(['operations', 'phase2Raw.send.phase2RawComplete', 'x-component'], 'phase2'),
    says: 'listed under x-components, got phase2',
    at: 'x-component: phase2',
  },
  {
    name: "an operation with another channel's message",
    edit: (document) =>
      document.setIn(['operations', 'phase2Raw.send.phase2RawComplete', 'messages', 0], {
        $ref: '#/channels/phase4Trigger/messages/phase4Trigger',
      }),
    says: 'got #/channels/phase4Trigger/messages/phase4Trigger',
    at: '#/channels/phase4Trigger/messages/phase4Trigger',
  },
  {
    name: 'a channel without a dead-letter channel',
    edit: (document) => document.deleteIn(['channels', 'phase4Trigger', 'x-dead-letter-channel']),
    says: 'expected channel phase4Trigger to have x-dead-letter-channel',
    at: 'phase4Trigger:',
  },
  {
    name: 'a dead-letter channel that does not exist',
    edit: (document) => document.setIn(['channels', 'phase4Trigger', 'x-dead-letter-channel'], 'nowhere'),
    says: 'to name a channel, got nowhere',
    at: 'x-dead-letter-channel: nowhere',
  },
  {
    name: 'a dead-letter topic with another name',
    edit: (document) =>
      document.setIn(['channels', 'phase4TriggerDeadLetter', 'address'], 'nba-dead-letters'),
    says: 'to have address nba-phase4-trigger-dlq, got nba-dead-letters',
    at: 'address: nba-dead-letters',
  },
  {
    name: 'a dead-letter channel that lacks a message',
    edit: (document) =>
      document.setIn(['channels', 'phase1ScrapersCompleteDeadLetter', 'messages'], {
        scraperCompletion: { $ref: '#/components/messages/ScraperCompletion' },
      }),
    says: 'to carry the messages of phase1ScrapersComplete',
    at: 'messages:',
  },
  {
    name: 'two channels with one topic',
    edit: (document) => document.setIn(['channels', 'phase4Trigger', 'address'], 'nba-phase2-raw-complete'),
    says: 'an address of its own, got nba-phase2-raw-complete, which phase2RawComplete has',
    at: 'address: nba-phase2-raw-complete',
  },
  {
    name: 'Pub/Sub schema settings',
    edit: (document) =>
      document.setIn(['channels', 'phase4Trigger', 'bindings'], {
        googlepubsub: { schemaSettings: { encoding: 'json', name: 'trigger' } },
      }),
    says: 'expected no googlepubsub schemaSettings',
    at: 'schemaSettings:',
  },
];

expectFound('channels', channelProblems, BREAKAGES);
