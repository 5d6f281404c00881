#!/bin/sh
# Runs a command with a token of this run of GitHub Actions in a file, as `web_identity_token_file` of a profile names it.
# Usage: with-token.sh FILE COMMAND...
# A token is good for some minutes, and a look may take hours: it is asked for anew each TOKEN_SECONDS (120) until the command has ended.
set -eu
file=$1
shift
umask 077

token() {
  curl --fail --silent --show-error \
    --header "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    --output "$file.answer" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" &&
    node --print 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).value' \
      "$file.answer" > "$file.new" &&
    mv "$file.new" "$file" # Whole or not at all: it is read at any time.
}

token
# What sleeps may outlive this by a while: it holds nothing open.
while sleep "${TOKEN_SECONDS:-120}" > /dev/null 2>&1; do
  token || echo "No new token this time: it is tried again." >&2
done &
renewing=$!
trap 'kill "$renewing"; rm -f "$file" "$file.answer" "$file.new"' EXIT
"$@"
