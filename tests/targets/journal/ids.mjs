/** Ids that follow from what they name, and moments. */

import { createHash } from 'node:crypto';

/** A name-based UUID (version 5). */
export function idOf(...parts) {
  const bytes = createHash('sha1')
    .update(`journal ${JSON.stringify(parts)}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function now() {
  return new Date().toISOString();
}

/** The calendar day of a moment in a time zone, YYYY-MM-DD. */
export function dayIn(zone, moment = new Date()) {
  return local(zone, moment).slice(0, 10);
}

/** Whether a time of day, such as 10:00, of a date has come in a time zone. */
export function hasCome(date, time, zone, moment = new Date()) {
  return local(zone, moment).slice(0, 16) >= `${date} ${time}`;
}

/** The clock on the wall of a time zone, YYYY-MM-DD HH:MM:SS. */
function local(zone, moment) {
  const options = { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' };
  return new Intl.DateTimeFormat('sv-SE', options).format(moment);
}
