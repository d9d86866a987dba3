#!/usr/bin/env bash
# Runs `wirelog check` with what the action was given, built from the same revision as the action.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
if [ ! -f "$root/dist/wirelog.js" ]; then
  echo '::group::build wirelog'
  npm ci --prefix "$root" --no-audit --no-fund
  echo '::endgroup::'
fi

arguments=(--format github)
paths=()
[ -z "${BASELINE:-}" ] || arguments+=(--baseline "$BASELINE")
[ -z "${FAIL_ON:-}" ] || arguments+=(--fail-on "$FAIL_ON")
[ -z "${SARIF:-}" ] || arguments+=(--format "sarif:$SARIF")
[ -z "${JUNIT:-}" ] || arguments+=(--format "junit:$JUNIT")
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<< "${OPTIONS:-}"
while IFS= read -r line; do
  [ -z "$line" ] || paths+=("$line")
done <<< "${PATHS:-}"

# Node comes with the packages; the runner's own may be too old.
node=$root/node_modules/.bin/node
[ -x "$node" ] || node=node
exec "$node" "$root/dist/wirelog.js" check "${arguments[@]}" -- ${paths[@]+"${paths[@]}"}
