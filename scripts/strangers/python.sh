#!/bin/sh
# Makes sure that there is a Python 3.11 or later; where there is no Python at all, Debian's is installed.
set -eu

if ! command -v python3 >/dev/null; then
  echo 'python3 is missing; installing it from Debian'
  apt-get update -q && apt-get install -y -q --no-install-recommends python3
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "expected Python 3.11 or later, got $(python3 --version); install a later one as python3" >&2
  exit 1
}
