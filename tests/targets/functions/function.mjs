import { Firestore } from '@google-cloud/firestore';
import { cloudEvent, http } from '@google-cloud/functions-framework';
import { PubSub } from '@google-cloud/pubsub';
import { v4, v5 } from 'uuid';
import { CONTRACT, completionOf } from './completion.mjs';

const NAME = 'phase3-to-phase4-orchestrator';
const { levels, counts, triggers, dataset, table } = CONTRACT.orchestrators[NAME];
const [LEVEL] = levels;
const TURN_MS = 1000 * Number(process.env['TURN_SECONDS'] ?? 60);
const PUBLISH_MS = 0.6 * TURN_MS;

const projectId = process.env['GOOGLE_CLOUD_PROJECT'];
const firestore = new Firestore({ projectId });
const slates = firestore.collection('slates');
const topic = new PubSub({ projectId }).topic(triggers, {
  batching: { maxMessages: 1 },
  gaxOpts: { timeout: PUBLISH_MS, retry: { retryCodes: [], backoffSettings: {} } },
});

/** Records one completion; the one that makes the five complete sends the trigger in its own turn. */
cloudEvent('on-analytics-complete', async (event) => {
  const started_ms = Date.now();
  const completion = completionOf(event);
  if (completion.skip_downstream_trigger) return;
  const slate = slates.doc(`${completion.game_date}_run_${completion.run}`);
  const turn = v4();
  const owed = await firestore.runTransaction(
    async (transaction) => {
      const before = (await transaction.get(slate)).data();
      const after = withCompletion(before, completion, event.data.message, started_ms);
      return takeTurn(transaction, slate, before, after, turn);
    },
    { maxAttempts: 8 },
  );
  await send(slate, owed, turn);
});

/** Sends whatever was decided and is not known to be out. */
http('sweep', async (_, response) => {
  const open = await slates.where('is_out', '==', false).where('is_complete', '==', true).get();
  const results = await Promise.allSettled(
    open.docs.map(async ({ ref }) => {
      const turn = v4();
      const owed = await firestore.runTransaction(async (transaction) => {
        const slate = (await transaction.get(ref)).data();
        return takeTurn(transaction, ref, slate, slate, turn);
      });
      await send(ref, owed, turn);
    }),
  );
  const failed = results.filter(({ status }) => status === 'rejected').length;
  response.status(failed === 0 ? 200 : 503).json({ open: open.size, failed });
});

function withCompletion(slate, completion, message, started_ms) {
  const { processor_name, game_date, run } = completion;
  const entries = slate?.entries ?? [];
  const known = entries.find((entry) => entry.processor === processor_name);
  const entry = {
    processor: processor_name,
    execution_id: completion.execution_id,
    correlation_id: completion.correlation_id,
    counts: counts.includes(completion.status),
    backfill_reason: completion.backfill_reason,
  };
  // What counts stays; anything else gives way to what came after it.
  const kept = known?.counts ? entries : [...entries.filter((other) => other !== known), entry];
  const is_complete = LEVEL.waits_for.every((name) =>
    kept.some((one) => one.processor === name && one.counts),
  );
  const next = {
    game_date,
    run,
    is_out: false,
    turn: null,
    trigger: null,
    ...slate,
    entries: kept,
    is_complete,
  };
  if (!is_complete || next.trigger !== null) return next;
  return { ...next, trigger: JSON.stringify(triggerOf(next, processor_name, message, started_ms)) };
}

/** Writes the slate and gives the trigger when this turn is to send it. @throws while it is another's turn. */
function takeTurn(transaction, place, before, after, turn) {
  const is_owed = after.trigger !== null && !after.is_out;
  if (is_owed && after.turn !== null && after.turn.ends_ms > Date.now()) {
    throw new Error('another invocation is sending the trigger; the redelivery will find it sent');
  }
  const next = is_owed ? { ...after, turn: { of: turn, ends_ms: Date.now() + TURN_MS } } : after;
  if (JSON.stringify(next) !== JSON.stringify(before)) transaction.set(place, next);
  return is_owed ? { trigger: next.trigger, ends_ms: next.turn.ends_ms } : undefined;
}

async function send(place, owed, turn) {
  if (owed === undefined) return;
  try {
    if (owed.ends_ms - Date.now() < PUBLISH_MS)
      throw new Error('too little is left of this turn to publish in');
    await topic.publishMessage({ data: Buffer.from(owed.trigger) });
  } catch (error) {
    await endTurn(place, turn, { turn: null }).catch(() => {});
    throw error;
  }
  await place.update({ is_out: true, turn: null });
}

function endTurn(place, turn, change) {
  return firestore.runTransaction(async (transaction) => {
    const slate = await transaction.get(place);
    if (slate.get('turn')?.of === turn) transaction.update(place, change);
  });
}

function triggerOf({ game_date, run, entries }, parent_processor, { messageId, message_id }, started_ms) {
  const { namespace, name } = CONTRACT.trigger_identity;
  const told = { orchestrator: NAME, game_date, run, level: LEVEL.level };
  const backfill_reason = entries.find((entry) => entry.backfill_reason !== null)?.backfill_reason ?? null;
  const now = new Date();
  return {
    metadata: {
      upstream: entries.map(({ processor, execution_id, correlation_id }) => ({
        processor,
        execution_id,
        correlation_id,
      })),
      processors: LEVEL.runs,
      level: LEVEL.level,
      run,
    },
    processor_name: NAME,
    parent_processor,
    phase: 'orchestration',
    game_date,
    execution_id: v5(
      name.replace(/{(\w+)}/g, (_, word) => told[word]),
      namespace,
    ),
    correlation_id: entries[0].correlation_id,
    output_dataset: dataset,
    output_table: table,
    status: 'success',
    record_count: LEVEL.waits_for.length,
    records_failed: 0,
    timestamp: now.toISOString(),
    duration_seconds: (now.getTime() - started_ms) / 1000,
    trigger_source: 'pubsub',
    trigger_message_id: String(messageId ?? message_id),
    skip_downstream_trigger: false,
    backfill_mode: backfill_reason !== null,
    backfill_reason,
    error_message: null,
    error_type: null,
  };
}
