#!/bin/sh
# Installs the Python packages that tests need, into .cache/python, once. Where pip does not provide them the step says
# NOT RUN and fails: a test that nobody could run has not passed.
set -eu
cd "$(dirname "$0")/../.."
sh scripts/strangers/python.sh

needed='pydantic>=2.7,<3 mypy pytest flask fastapi uvicorn gunicorn flit_core>=3.9'
place=.cache/python
[ "$(cat "$place/.holds" 2>/dev/null)" = "$needed" ] && exit 0

if ! python3 -m pip --version >/dev/null 2>&1; then
  echo 'pip is missing; installing it from Debian'
  apt-get update -q && apt-get install -y -q --no-install-recommends python3-pip
fi
rm -rf "$place"
mkdir -p "$place"
# A registry that is not reached must not cost minutes: what lies on this machine's disk is found all the same.
install() { python3 -m pip install -q --no-input --retries 1 --timeout 30 --target "$place" "$@" 2>"$place/.log"; }
# shellcheck disable=SC2086
install $needed || {
  tail -n 5 "$place/.log" >&2
  echo "NOT RUN: pip finds no $needed" >&2
  exit 1
}
printf '%s' "$needed" >"$place/.holds"
