#!/usr/bin/env bash
# Makes the judge ready: the package of a version, in a folder that is cached, or the packages of a checkout.
set -euo pipefail
if [ -n "${JUDGE_DIRECTORY:-}" ]; then
  cd "$JUDGE_DIRECTORY"
  npm ci --no-audit --no-fund
  exit 0
fi
# The same package from the cache is not installed again.
[ "$(cat "$JUDGE_HOME/.holds" 2>/dev/null || true)" != "$PACKAGE" ] || exit 0
rm -rf "$JUDGE_HOME"
mkdir -p "$JUDGE_HOME"
npm install --prefix "$JUDGE_HOME" --no-audit --no-fund --no-save "$PACKAGE"
printf '%s' "$PACKAGE" >"$JUDGE_HOME/.holds"
