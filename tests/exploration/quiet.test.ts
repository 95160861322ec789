import { describe, expect, test } from 'vitest';
import { createPace } from '../../conformance/exploration/stage/silence/pace.ts';
import { createQuiet } from '../../conformance/exploration/stage/silence/quiet.ts';

describe('a black box is quiet when nothing more is coming', () => {
  test('before anything was sent', () => {
    expect(createQuiet().isQuiet()).toBe(true);
  });

  test('as soon as every unanswered delivery has a call parked', () => {
    const quiet = createQuiet();
    quiet.sent();
    quiet.sent();
    quiet.parked();
    expect(quiet.isQuiet()).toBe(false);
    quiet.parked();
    expect(quiet.isQuiet()).toBe(true);
  });

  test('not while a released call is being served, nor before its caller has spoken again', () => {
    const quiet = createQuiet();
    quiet.sent();
    quiet.parked();
    quiet.released(1, true);
    expect(quiet.isQuiet()).toBe(false);
    quiet.finished(1);
    expect(quiet.isQuiet()).toBe(false);
    quiet.settled();
    expect(quiet.isQuiet()).toBe(true);
  });

  test('although a delivery says nothing, once it was silent for too long; an answer may wake it', () => {
    const quiet = createQuiet();
    for (let sent = 0; sent < 3; sent++) quiet.sent();
    quiet.parked();
    quiet.giveUp();
    expect(quiet.isQuiet()).toBe(true);
    quiet.released(1, true);
    quiet.finished(1);
    expect(quiet.isQuiet()).toBe(false);
    quiet.settled();
    expect(quiet.isQuiet()).toBe(false);
    expect(quiet.unanswered()).toBe(2);
  });

  test('although a lock of the store keeps a call; its end wakes the caller', () => {
    const quiet = createQuiet();
    for (let sent = 0; sent < 2; sent++) {
      quiet.sent();
      quiet.parked();
    }
    quiet.released(1, true);
    quiet.giveUp();
    expect(quiet.isQuiet()).toBe(true);
    quiet.finished(1);
    expect(quiet.isQuiet()).toBe(false);
  });

  test('a call that is never answered is not waited for', () => {
    const quiet = createQuiet();
    quiet.sent();
    quiet.parked();
    quiet.released(1, false);
    quiet.settled();
    expect(quiet.isQuiet()).toBe(true);
  });
});

describe('silence is measured by the pace of the target', () => {
  test('an unknown target is given the longest time, a known one five times its longest pause', () => {
    const pace = createPace(1000);
    expect(pace.boundMs()).toBe(1000);
    for (let pauses = 0; pauses < 8; pauses++) pace.heard(12);
    expect(pace.boundMs()).toBe(60);
    pace.heard(40);
    expect(pace.boundMs()).toBe(200);
    pace.heard(900);
    expect(pace.boundMs()).toBe(1000);
    for (let pauses = 0; pauses < 24; pauses++) pace.heard(1);
    expect(pace.boundMs()).toBe(25);
  });
});
