#!/usr/bin/env bash
# The launcher builds, becomes the JVM, passes arguments and exit status on, and starts fast once built.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
  echo "FAILED: $*"
  exit 1
}

version=$(bin/tidemark --version)
[[ $version == "tidemark "[0-9]* ]] || fail "--version printed '$version'"

began=$(date +%s%N)
bin/tidemark --help >/dev/null
millis=$((($(date +%s%N) - began) / 1000000))
echo "a start that is already built takes $millis ms"
[ $millis -lt 3000 ] || fail "the limit is 3000 ms"

status=0
bin/tidemark --no-such-option >/dev/null 2>&1 || status=$?
[ $status = 2 ] || fail "an unknown option should end with 2, not $status"

# From another directory, through a symbolic link.
link=$(mktemp -d)
trap 'rm -rf "$link"' EXIT
ln -s "$PWD/bin/tidemark" "$link/tidemark"
[ "$(cd / && "$link/tidemark" --version)" = "$version" ] || fail "through a symbolic link"
