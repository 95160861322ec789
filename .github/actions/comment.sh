#!/usr/bin/env bash
# Writes a file as a comment of the pull request, and replaces the comment that this part wrote before.
# NAME says which part, FILE what; a comment that cannot be written is told and fails nothing: the summary has it too.
set -euo pipefail
bytes_max=60000
marker="<!-- $NAME -->"
body=$(mktemp)
{
  printf '%s\n' "$marker"
  head -c "$bytes_max" "$FILE"
  [ "$(wc -c <"$FILE")" -le "$bytes_max" ] || printf '\n\n… cut here; the summary of the job has all of it.\n'
} >"$body"

id=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" \
  --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1) || id=''
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$body" && exit 0
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F "body=@$body" && exit 0
fi
printf '::warning title=%s::could not comment; give the job "pull-requests: write" (a pull request from a fork never has it)\n' "$NAME"
