import type { Definition } from '../topology/contract.ts';
import type { LiveResource } from '../topology/resource.ts';
import { channelsAsText, leavesOf } from '../topology/watching.ts';
import { markIn } from './parse.ts';
import { lastPart, listOf, objectOf, textAt, type Unknown } from './shapes.ts';

/** Read `gcloud logging metrics list`. */
export function parseLogMetrics(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => ({
    kind: 'log metric',
    name: textAt(one, 'name') ?? '',
    settings: { ...leavesOf(one), managed_by: markIn(textAt(one, 'description')) },
  }));
}

/**
 * Read `gcloud alpha monitoring policies list`. A policy is known by its label `alert`; one without it, made by a hand,
 * by its title. Its channels and the ids of its conditions are carried through a change.
 */
export function parseAlertPolicies(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const channels = Array.isArray(one['notificationChannels'])
      ? one['notificationChannels'].map(String)
      : [];
    return {
      kind: 'alert policy',
      name: textAt(one, 'userLabels', 'alert') ?? textAt(one, 'displayName') ?? '',
      id: lastPart(one['name']),
      carried: { notificationChannels: channels, conditions: listOf(one['conditions']).map(namesOf) },
      settings: {
        ...leavesOf(one),
        notification_channels: channels.length === 0 ? null : channelsAsText(channels.map(lastPart)),
        managed_by: textAt(one, 'userLabels', 'managed-by'),
      },
    };
  });
}

function namesOf(condition: Unknown): Definition {
  return { name: condition['name'], displayName: condition['displayName'] };
}

/** Read `gcloud monitoring dashboards list`. A dashboard is known by its label `dashboard`, else by its id. */
export function parseDashboards(printed: unknown): readonly LiveResource[] {
  return listOf(printed).map((one) => {
    const id = lastPart(one['name']);
    return {
      kind: 'dashboard',
      name: textAt(one, 'labels', 'dashboard') ?? id,
      id,
      carried: { name: one['name'], ...(objectOf(one)['etag'] !== undefined && { etag: one['etag'] }) },
      settings: { ...leavesOf(one), managed_by: textAt(one, 'labels', 'managed-by') },
    };
  });
}
