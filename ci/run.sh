#!/usr/bin/env bash
# From a clean clone to the first crash report: installs what is missing,
# builds, and judges PanicRace, showing the report that was judged.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ci/setup.sh build
cmake --preset release
cmake --build --preset release --target testprog lastwords
exec build/release/bin/lastwords run specs/panic_race/panic_race.json --show-output
