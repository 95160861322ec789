#!/bin/sh
# Installs GoogleSQL, the language of BigQuery, into .cache/googlesql, once. Where the registry does not provide it the step
# says NOT RUN and fails: a statement that nobody could run has not passed.
set -eu
cd "$(dirname "$0")/../.."

needed='@fivetrandevelopers/zetasql@1.13.0'
place=.cache/googlesql
[ "$(cat "$place/.holds" 2>/dev/null)" = "$needed" ] && exit 0

rm -rf "$place"
mkdir -p "$place"
printf '{ "private": true }\n' >"$place/package.json"
# Of its programs, one for each kind of machine, only this machine's is kept.
npm install --prefix "$place" --ignore-scripts --no-audit --no-fund --omit=dev "$needed" >"$place/.log" 2>&1 || {
  tail -n 5 "$place/.log" >&2
  echo "NOT RUN: npm finds no $needed" >&2
  exit 1
}
programs="$place/node_modules/@fivetrandevelopers/zetasql/lib/zetasql"
case "$(uname -s) $(uname -m)" in
  'Linux x86_64') program=remote_server.so ;;
  Linux\ a*) program=remote_server_arm.so ;;
  'Darwin x86_64') program=remote_server ;;
  *) program=remote_server_arm ;;
esac
cp "$programs/$program" "$place/googlesql"
chmod +x "$place/googlesql"
rm -f "$programs"/remote_server*
printf '%s' "$needed" >"$place/.holds"
