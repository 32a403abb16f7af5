#!/bin/sh
# curl for the examples: the status of the last answer goes to a file.
"$DOCS_CURL" -m 30 -D "$DOCS_STATUS.head" "$@"
code=$?
sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$DOCS_STATUS.head" | tail -n 1 >"$DOCS_STATUS"
exit $code
