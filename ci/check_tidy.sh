#!/usr/bin/env bash
# clang-tidy (.clang-tidy) over our sources, with the compile commands of the
# clang preset.
#
#   ci/check_tidy.sh             every source file
#   ci/check_tidy.sh FILE...     these only, by path from the top
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$repo_root"
build=build/clang
[[ -f $build/compile_commands.json ]] || cmake --preset clang >/dev/null ||
  die "cannot configure the clang preset: run cmake --preset clang"

if (($#)); then
  files=("$@")
else
  # Only what is compiled: without its command a file cannot be parsed.
  mapfile -t files < <(our_files . '*.cc' |
    grep -xF -f <(sed -nE "s|^ *\"file\": \"$PWD/(.*)\",?\$|\1|p" \
      "$build/compile_commands.json"))
fi
((${#files[@]})) || die "no source file of ours in $build/compile_commands.json"

# Largest first, so that no long file is left for the end.
mapfile -t files < <(ls -S -- "${files[@]}")

# clang-tidy counts the warnings it suppressed, on standard error: noise.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 --quiet -p "$build" 2>"$log"; then
  grep -vE '^[0-9]+ warnings? (and [0-9]+ errors? )?(generated|treated as errors?)|^Suppressed |^Use -' "$log" || true
  echo "tidy: not clean; repeat one file with: ci/check_tidy.sh FILE"
  exit 1
fi
echo "tidy: ${#files[@]} files"
