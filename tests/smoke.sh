#!/bin/sh
# Starts `callboard demo` on a free loopback port, asks everything that it prints, stops it.
# Usage: tests/smoke.sh BINARY
# Prints one line per check; fails if one of them does. Needs curl, and jq or python3.
set -u

binary=${1:?usage: tests/smoke.sh BINARY}
work=$(mktemp -d) || exit 1
child=
failed=0

finish() {
    [ -n "$child" ] && kill -KILL "$child" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

check() { # NAME GOT WANTED
    if [ "$2" = "$3" ]; then
        echo "ok    $1"
    else
        echo "FAIL  $1: got $2, wanted $3"
        failed=1
    fi
}

# member NAME: a member of the demo's JSON. lines: `STATUS<TAB>COMMAND` of every request.
if command -v jq >/dev/null 2>&1; then
    member() { jq -r --arg name "$1" '.[$name]' "$work/world"; }
    lines() { jq -r '.curl[] | "\(.status)\t\(.command)"' "$work/world"; }
else
    member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/world" "$1"; }
    lines() {
        python3 -c 'import json, sys
for line in json.load(open(sys.argv[1]))["curl"]: print(line["status"], line["command"], sep="\t")' "$work/world"
    }
fi

"$binary" demo --json --listen 127.0.0.1:0 >"$work/world" 2>"$work/log" &
child=$!
tries=0
until [ -s "$work/world" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ] || ! kill -0 "$child" 2>/dev/null; then
        echo "FAIL  the demo did not start:"
        cat "$work/log"
        exit 1
    fi
    sleep 0.1
done
url=$(member url)
case $url in
http://127.0.0.1:*) echo "ok    listens at $url" ;;
*) echo "FAIL  listens at $url, which is not this machine's loopback" && exit 1 ;;
esac

for path in /healthz /readyz /metrics; do
    check "GET $path" "$(curl -sS -m 10 -o /dev/null -w '%{http_code}' "$url$path")" 200
done

tab=$(printf '\t')
lines >"$work/lines"
while IFS=$tab read -r status command; do
    # The command ends in a comment; what follows `curl` is what the demo printed.
    options="-m 10 -o /dev/null -w %{http_code}"
    got=$(sh -c "curl $options ${command#curl }")
    check "$(printf '%s' "$command" | sed -n "s/.* '\(http[^']*\)'  # .*/\1/p")" "$got" "$status"
done <"$work/lines"
check "requests were printed" "$([ -s "$work/lines" ] && echo yes)" yes

kill -TERM "$child"
tries=0
while kill -0 "$child" 2>/dev/null && [ "$tries" -lt 150 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
if kill -0 "$child" 2>/dev/null; then
    echo "FAIL  still running 15 seconds after SIGTERM"
    exit 1
fi
wait "$child"
check "ends with 0 after SIGTERM" "$?" 0
child=
exit "$failed"
