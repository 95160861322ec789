import { measureBlackBox } from './black-box/rates.ts';
import { countBlackBoxReplays } from './black-box/replays.ts';
import { countFirstFailures } from './first-failure.ts';
import { measureRates } from './rates.ts';
import { countReplays } from './replays.ts';

const FAILURES = 100;

const rates = await measureRates();
const [theirs] = rates;
console.log('Schedules per second in process, 5-way fan-in, median of 5 rounds in turn');
for (const { name, schedules_per_second } of rates) {
  const ratio = schedules_per_second / (theirs?.schedules_per_second ?? Number.NaN);
  console.log(
    `  ${name.padEnd(24)}${Math.round(schedules_per_second).toString().padStart(9)}  ${ratio.toFixed(1).padStart(6)} x`,
  );
}

console.log('\nRuns to the first failure, one message delayed past 20 others, 20 seeds, at most 2000 runs');
for (const { name, found, seeds, median_runs, most_runs } of await countFirstFailures()) {
  const runs =
    found === seeds
      ? `median ${median_runs}, most ${most_runs}`
      : `median ${Number.isFinite(median_runs) ? median_runs : 'none'}`;
  console.log(`  ${name.padEnd(24)}${`${found} of ${seeds}`.padStart(9)}  ${runs}`);
}

console.log("\nComplete fan-in cases per second, reference's orchestrator over HTTP and gRPC, 16 at once");
console.log(
  '  (beside them the processor time of one case: judge and cloud, program, and what the judge alone could do)',
);
for (const { name, cases, cases_per_second, judge_cpu_ms, program_cpu_ms } of await measureBlackBox()) {
  console.log(
    `  ${name.padEnd(24)}${cases_per_second.toFixed(1).padStart(9)}  of ${cases} cases; ${judge_cpu_ms.toFixed(1)} ms, ${program_cpu_ms.toFixed(1)} ms, ${(1000 / judge_cpu_ms).toFixed(0)} a second`,
  );
}

console.log(`\nRecorded failures, each replayed from its schedule's one line`);
for (const { name, recorded, failing, identical, guessed } of [
  countReplays(FAILURES),
  await countBlackBoxReplays(FAILURES),
]) {
  console.log(
    `  ${name.padEnd(36)}${recorded.toString().padStart(4)} recorded, ${failing} fail again, ${identical} with an identical history; ${guessed} with a guess`,
  );
}
