#!/usr/bin/env bash
# Every .h and .cc is formatted as .clang-format says (Google).
#
#   ci/check_format.sh         check
#   ci/check_format.sh --fix   format in place
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$repo_root"
mapfile -t files < <(our_files . '*.h' '*.cc')
((${#files[@]})) || finish format '' 0

# clang_format OPTION...: over all files; one at a time, so that the messages
# of two do not run into each other.
clang_format() {
  printf '%s\0' "${files[@]}" | xargs -0 clang-format-14 "$@"
}

case ${1-} in
  '')
    # The first unformatted line of each file is enough.
    breaches=$(clang_format --dry-run 2>&1 |
      sed -nE 's/^([^ :]+:[0-9]+):[0-9]+: warning: code should be.*/\1: error: not formatted (mend: ci\/check_format.sh --fix)/p' |
      sort -t: -u -k1,1)
    finish format "$breaches" "${#files[@]}"
    ;;
  --fix) clang_format -i ;;
  *) die "usage: $this_script [--fix]" ;;
esac
