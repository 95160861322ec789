#!/usr/bin/env bash
# Says which package is the judge, and where it is kept: an archive or address that was named, else the version that was named,
# else the version of this action.
set -euo pipefail
version=${VERSION:-}
[ -n "$version" ] || version=$(node -p 'require(process.argv[1]).version' "$ACTION_DIRECTORY/../../../package.json")
package=${PACKAGE:-nba-pipeline-contract@$version}
key=$package
# An archive may change under its name.
[ ! -f "$package" ] || key=$(sha256sum "$package" | cut -c 1-16)
{
  printf 'package=%s\n' "$package"
  printf 'key=%s\n' "$key"
  printf 'home=%s\n' "${RUNNER_TEMP:-/tmp}/conformance-judge"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
