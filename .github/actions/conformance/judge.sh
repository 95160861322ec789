#!/usr/bin/env bash
# Judges a target as the inputs say, and tells the outputs. Inputs come as environment variables and are never evaluated.
set -euo pipefail

fail_usage() {
  printf '::error title=Conformance::%s\n' "$1"
  exit 2
}

judge=${JUDGE_DIRECTORY:-}
[ -n "$judge" ] || judge=$JUDGE_HOME/node_modules/nba-pipeline-contract
[ -f "$judge/conformance/cli/bin.mjs" ] || fail_usage "${JUDGE_DIRECTORY:+judge-directory: }expected the judge at $judge, found none; $ACTION_DIRECTORY/install.sh puts it there unless install is false"
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
case ${COMPARE:-true} in
  true | false) ;;
  *) fail_usage "compare: expected true or false, got \"$COMPARE\"" ;;
esac
case ${WORSE:-tell} in
  tell | fail) ;;
  *) fail_usage "worse: expected tell or fail, got \"$WORSE\"" ;;
esac
[ -z "${BASELINE:-}" ] || [ -f "$BASELINE" ] || fail_usage "baseline: expected a result file, found none at $BASELINE"
arguments+=(--junit "$reports/junit.xml" --ctrf "$reports/ctrf.json" --html "$reports/report.html")
arguments+=(--failures "$reports/failures" --summary "$reports/summary.md")
rm -f "$reports/summary.md"

code=0
node "$judge/conformance/cli/bin.mjs" "${arguments[@]}" >"$reports/result.json" || code=$?

# What the change makes of the main branch's last result, below the summary of the run itself.
kept=.conformance-baseline/result.json worse='' difference=''
baseline=${BASELINE:-$kept}
if [ "${COMPARE:-true}" = true ] && [ -f "$baseline" ] && [ "$code" -le 1 ]; then
  compared=0
  node "$judge/conformance/cli/bin.mjs" diff "$baseline" "$reports/result.json" --markdown --html "$reports/difference.html" \
    >"$reports/difference.md" 2>"$reports/difference.txt" || compared=$?
  # 3 says that no requirement was judged in both; the page and the summary say so too.
  if [ "$compared" -le 1 ] || [ "$compared" -eq 3 ]; then
    difference=$reports/difference.html
    [ "$compared" -eq 1 ] && worse=true || worse=false
    cat "$reports/difference.md" >>"$reports/summary.md"
  else
    printf '::notice title=Conformance::not compared: %s\n' "$(head -n 1 "$reports/difference.txt")"
  fi
  rm -f "$reports/difference.txt"
fi
[ ! -f "$reports/summary.md" ] || cat "$reports/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
is_kept=false
if [ "${COMPARE:-true}" = true ] && [ "${KEEP_RESULT:-false}" = true ] && [ "$code" -le 1 ]; then
  mkdir -p .conformance-baseline
  cp "$reports/result.json" "$kept"
  is_kept=true
fi

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
  printf 'worse=%s\n' "$worse"
  printf 'difference=%s\n' "$difference"
  printf 'kept=%s\n' "$is_kept"
  printf 'summary=%s\n' "$([ ! -f "$reports/summary.md" ] || printf '%s' "$reports/summary.md")"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"

if [ "$code" -eq 1 ]; then
  printf '::error title=Conformance::%s of the requirements failed; the job summary and %s have the proofs\n' "$(read_result totals.failed)" "$reports/report.html"
  [ "${KNOWN_FAILURES:-fail}" = fail ] || code=0
fi
if [ "$worse" = true ]; then
  printf '::warning title=Conformance::this change makes something worse; the job summary and %s say what\n' "$difference"
  [ "${WORSE:-tell}" = tell ] || code=1
fi
exit "$code"
