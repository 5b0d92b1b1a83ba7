#!/usr/bin/env bash
# The test that feeds a target with new random texts: run.sh SECONDS TARGET. It builds the parsers a second time, with
# another compiler, so it is for long runs; the kept texts are replayed in each.
set -euo pipefail
if [[ ${STRATA_LONG_TESTS-} != 1 ]]; then
    echo "not run: new random texts are for tools/test.sh --long, or tools/fuzz.sh"
    exit 0
fi
exec "$(dirname -- "${BASH_SOURCE[0]}")/../../tools/fuzz.sh" --seed 1 "$1" "$2"
