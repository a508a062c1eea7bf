#!/usr/bin/env bash
# Starts the given `moneta` binary as a user would and plays the demo: twice, after a restart, and after kill -9.
set -euo pipefail
moneta=$1
dir=$(mktemp -d)
pid=
trap '[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; rm -rf "$dir"' EXIT

start() {
  : >"$dir/out" # what an earlier start said is not what this one says
  "$moneta" sandbox --data-dir "$dir/data" --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
  pid=$!
  for _ in $(seq 100); do
    grep -q 'Press Ctrl-C to stop' "$dir/out" && return
    kill -0 "$pid" 2>/dev/null || { cat "$dir/out" "$dir/err"; exit 1; }
    sleep 0.1
  done
  echo "the sandbox was not ready within 10 s"; cat "$dir/out" "$dir/err"; exit 1
}
demo() { "$moneta" demo --data-dir "$dir/data" || { cat "$dir/err"; exit 1; }; }

start; cat "$dir/out"
demo; demo
kill -INT "$pid"; wait "$pid" || { echo "Ctrl-C did not stop the sandbox cleanly"; exit 1; }
start; demo
kill -9 "$pid"; wait "$pid" 2>/dev/null || true
start; demo
kill -INT "$pid"; wait "$pid"; pid=
