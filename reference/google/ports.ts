import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Firestore } from '@google-cloud/firestore';
import { createAlerts } from '../alerts/alerts.ts';
import { readAlertSettings } from '../alerts/settings.ts';
import type { Clock, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createBroker } from './broker.ts';
import type { DocumentCheck } from './check.ts';
import { createDocuments } from './firestore/documents.ts';
import { createFiles } from './firestore/files.ts';
import { createWarehouse } from './firestore/warehouse.ts';
import { createLogger } from './logger.ts';

/** How long an alert under way may keep a process that ends. */
const ALERTS_MS_MAX = 1000;

/** The ports on Google's services, and their end. */
export interface GooglePorts extends Ports {
  /** Closes every connection; nothing may be asked of the ports afterwards. */
  close(): Promise<void>;
}

/**
 * Make the ports on Pub/Sub and Firestore. PUBSUB_EMULATOR_HOST and FIRESTORE_EMULATOR_HOST lead to an emulator or
 * the embedded cloud, as Google's clients read them.
 *
 * @param check  leaves out what cannot be read; without it everything that is stored is trusted.
 */
export function createPorts(settings: Settings, check?: DocumentCheck): GooglePorts {
  // Firestore makes a span for each call although nobody here collects them; who does sets ON.
  process.env['FIRESTORE_ENABLE_TRACING'] ??= 'OFF';
  const firestore = new Firestore({ projectId: settings.project });
  const log = createLogger(process.env);
  const alerts = createAlerts(readAlertSettings(process.env), log);
  const clock = createClock(settings.clock_start);
  const broker = createBroker(settings.project);
  return {
    clock,
    ids: { uuid: () => randomUUID() },
    broker,
    documents: createDocuments(firestore, check),
    warehouse: createWarehouse(firestore, check),
    files: createFiles(firestore),
    log,
    alerts,
    async close() {
      const told = Promise.race([alerts.settled(), wait(ALERTS_MS_MAX, undefined, { ref: false })]);
      await Promise.all([broker.close(), firestore.terminate(), told]);
    },
  };
}

/**
 * Make the clock of this process.
 *
 * @param start  the UTC moment that it shows now, from where it goes on at the usual pace; null for the real time.
 */
function createClock(start: string | null): Clock {
  const ahead_ms = start === null ? 0 : Date.parse(start) - Date.now();
  return {
    now: () => new Date(Date.now() + ahead_ms),
    wait: (duration_ms) => wait(duration_ms),
  };
}
