#!/usr/bin/env bash
# Every test that ci/faults/README.md names is one of ctest's, with the label
# faults.
#
#   ci/faults/check_readme.sh BUILD_FOLDER
set -euo pipefail

tests=$(ctest --test-dir "$1" -N -L faults)
# shellcheck disable=SC2016  # backquotes are Markdown's
names=$(sed -n '/^## The rows/,$p' "$(dirname "$0")/README.md" | grep '^|' |
  awk -F'|' '{ print $3 }' | grep -o '[^ ]\+' | sed -n 's/^`\(.*\)`$/\1/p')
missing=0
for name in $names; do
  if ! grep -qF -- "$name" <<<"$tests"; then
    echo "ci/faults/README.md: no test with the label faults is called $name"
    missing=1
  fi
done
exit "$missing"
