#!/bin/sh
# Makes sure that functions-framework for Python can be imported: from PYTHONPATH, else from pip. Where neither has it the
# step says NOT RUN and fails: a test that nobody could run has not passed.
set -eu
cd "$(dirname "$0")/../.."
sh scripts/strangers/packages.sh

place=.cache/python
PYTHONPATH="${PYTHONPATH:-}:$place" python3 -c 'import functions_framework' 2>/dev/null && exit 0
python3 -m pip install -q --no-input --retries 1 --timeout 30 --target "$place" --upgrade functions-framework 2>"$place/.log" || {
  tail -n 5 "$place/.log" >&2
  echo 'NOT RUN: pip finds no functions-framework, so its sample is not tried here' >&2
  exit 1
}
