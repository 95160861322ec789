#!/usr/bin/env bash
# Installs the packages of the judge, as its lock file names them.
set -euo pipefail
judge=${JUDGE_DIRECTORY:-}
[ -n "$judge" ] || judge=$(cd "$ACTION_DIRECTORY/../../.." && pwd)
cd "$judge"
npm ci --no-audit --no-fund
