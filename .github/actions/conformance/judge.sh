#!/usr/bin/env bash
# Judges a target as the inputs say, and tells the outputs. Inputs come as environment variables and are never evaluated.
set -euo pipefail

fail_usage() {
  printf '::error title=Conformance::%s\n' "$1"
  exit 2
}

judge=${JUDGE_DIRECTORY:-}
[ -n "$judge" ] || judge=$(cd "$ACTION_DIRECTORY/../../.." && pwd)
[ -f "$judge/conformance/cli/bin.mjs" ] || fail_usage "judge-directory: expected a checkout of the contract's repository at $judge, found none"
reports=${REPORT_DIRECTORY:-conformance-report}
mkdir -p "$reports"

arguments=(run --json --cloud "${CLOUD:-embedded}")
[ -z "${TARGET:-}" ] || arguments+=(--target "$TARGET")
# Words are split at blanks; a star stays a star.
set -f
# shellcheck disable=SC2206
only=(${ONLY:-}) profile=(${PROFILE:-})
set +f
[ ${#only[@]} -eq 0 ] || arguments+=(--only "${only[@]}")
[ ${#profile[@]} -eq 0 ] || arguments+=(--profile "${profile[@]}")
case ${MODE:-default} in
  default) ;;
  quick) arguments+=(--quick) ;;
  deep) arguments+=(--deep "${DEEP_MINUTES:-10}") ;;
  *) fail_usage "mode: expected quick, default or deep, got \"$MODE\"" ;;
esac
[ -z "${SEED:-}" ] || arguments+=(--seed "$SEED")
case ${STRICT:-false} in
  true) arguments+=(--strict) ;;
  false) ;;
  *) fail_usage "strict: expected true or false, got \"$STRICT\"" ;;
esac
case ${KNOWN_FAILURES:-fail} in
  fail | report) ;;
  *) fail_usage "known-failures: expected fail or report, got \"$KNOWN_FAILURES\"" ;;
esac
arguments+=(--junit "$reports/junit.xml" --ctrf "$reports/ctrf.json" --html "$reports/report.html")
arguments+=(--failures "$reports/failures")

code=0
node "$judge/conformance/cli/bin.mjs" "${arguments[@]}" >"$reports/result.json" || code=$?

read_result() {
  node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")); console.log(process.argv[2].split(".").reduce((v, k) => v[k], r));' "$reports/result.json" "$1" 2>/dev/null || true
}
{
  printf 'exit-code=%s\n' "$code"
  printf 'conforms=%s\n' "$(read_result conforms)"
  printf 'passed=%s\n' "$(read_result totals.passed)"
  printf 'failed=%s\n' "$(read_result totals.failed)"
  printf 'result=%s\n' "$reports/result.json"
  printf 'junit=%s\n' "$reports/junit.xml"
  printf 'ctrf=%s\n' "$reports/ctrf.json"
  printf 'html=%s\n' "$reports/report.html"
  printf 'failures=%s\n' "$reports/failures"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"

if [ "$code" -eq 1 ]; then
  printf '::error title=Conformance::%s of the requirements failed; the job summary and %s have the proofs\n' "$(read_result totals.failed)" "$reports/report.html"
  [ "${KNOWN_FAILURES:-fail}" = fail ] || code=0
fi
exit "$code"
