#!/usr/bin/env bash
# Everything that must hold before a change lands: the static checks, and for
# each preset a build and its tests. On two cores about half an hour with a warm
# compiler cache, an hour without.
#
#   ci/test.sh               all parts
#   ci/test.sh PART...       these only, in this order
#
# Parts: checks, tidy, run (what ci/run.sh does), and the presets dev, clang,
# release, asan, tsan. A part that fails does not stop the next; the table at
# the end shows each, and the command that repeats what failed alone. Exit
# status: 0 all passed, 1 something failed, 2 bad usage.
#
# JOBS=N: so many compilers and tests at a time (default: one a core).
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all_parts=(checks dev release run clang tidy asan tsan)
jobs=${JOBS:-$(nproc)}
logs=$repo_root/build/ci

# Filled by each part, for the table at the end.
declare -A tests failed skipped minutes closing
repeats=()

# count PART TESTS FAILED SKIPPED: adds to the part's figures.
count() {
  tests[$1]=$((${tests[$1]:-0} + $2))
  failed[$1]=$((${failed[$1]:-0} + $3))
  skipped[$1]=$((${skipped[$1]:-0} + $4))
}

# must PART COMMAND...: a command that is no test of its own, but one failed
# test if it fails.
must() {
  local part=$1
  shift
  "$@" && return
  count "$part" 1 1 0
  repeats+=("$*")
  return 1
}

# step PART COMMAND...: a command that counts as one test.
step() {
  if must "$@"; then count "$1" 1 0 0; fi
}

run_checks() {
  local check
  for check in layers crash_path no_sleep names; do
    check=ci/check_$check.sh
    step checks "$check"
    step checks "$check" --self-test
  done
  step checks ci/check_format.sh
  step checks shellcheck --external-sources --source-path=. ci/*.sh ci/*/*.sh harness/bench/*.sh .ci/run
}

# ctest_figures FILE: "tests failed skipped" from ctest's closing lines. Its
# JUnit file would not do: there a test that could not be started is skipped.
ctest_figures() {
  awk '
    / tests failed out of / { failed = $4; tests = $NF }
    /^\t *[0-9]+ - .* \(Skipped\)$/ { ++skipped }
    /^\t *[0-9]+ - .* \(Disabled\)$/ { ++skipped; ++tests }
    END { print tests + 0, failed + 0, skipped + 0 }
  ' "$1"
}

# test_preset PRESET: its tests, which must have been built.
test_preset() {
  local preset=$1 log=$logs/$1.log figures=() status=0
  local ctest=(ctest --preset "$preset")
  # GCC 12 leaves no room for TSan's shadow where the kernel randomises
  # addresses by more than 28 bits.
  if [[ $preset == tsan ]]; then
    ctest=(setarch "$(uname -m)" --addr-no-randomize "${ctest[@]}")
  fi

  "${ctest[@]}" -j "$jobs" --no-tests=error 2>&1 | tee "$log" || status=$?
  closing[$preset]=$(sed -n '/% tests passed/,$p' "$log")
  read -r -a figures < <(ctest_figures "$log")
  # ctest itself failed, and says above why.
  if ((status && figures[1] == 0)); then figures=(1 1 0); fi
  count "$preset" "${figures[@]}"
  if ((status)); then repeats+=("${ctest[*]} --rerun-failed"); fi
}

run_preset() {
  if must "$1" cmake --preset "$1" &&
    must "$1" cmake --build --preset "$1" --parallel "$jobs" -- --quiet; then
    test_preset "$1"
  fi
}

run_part() {
  echo
  echo "==== $1"
  local begin=$SECONDS
  case $1 in
    checks) run_checks ;;
    tidy) step tidy ci/check_tidy.sh ;;
    run) step run ci/run.sh ;;
    *) run_preset "$1" ;;
  esac
  minutes[$1]=$(awk -v s=$((SECONDS - begin)) 'BEGIN { printf "%.1f", s / 60 }')
}

# print_summary PART...: ctest's closing lines, the table, how to repeat what
# failed, and one line that counts. Fails if anything did.
print_summary() {
  local part all=0 bad=0 unrun=0
  for part in "$@"; do
    [[ -z ${closing[$part]-} ]] || printf '\n---- ctest, %s\n%s\n' "$part" "${closing[$part]}"
  done

  printf '\n%-8s %7s %7s %8s %8s\n' part tests failed skipped minutes
  for part in "$@"; do
    printf '%-8s %7d %7d %8d %8s\n' "$part" "${tests[$part]}" \
      "${failed[$part]}" "${skipped[$part]}" "${minutes[$part]}"
    all=$((all + tests[$part]))
    bad=$((bad + failed[$part]))
    unrun=$((unrun + skipped[$part]))
  done

  echo
  for part in "$@"; do
    if ((failed[$part])); then echo "repeat the part:    ci/test.sh $part"; fi
  done
  if ((${#repeats[@]})); then printf 'repeat the failure: %s\n' "${repeats[@]}"; fi
  echo "$((all - bad - unrun)) passed, $bad failed, $unrun skipped"
  ((bad == 0))
}

main() {
  local part
  (($#)) || set -- "${all_parts[@]}"
  for part in "$@"; do
    [[ " ${all_parts[*]} " == *" $part "* ]] ||
      die "no part \"$part\"; the parts: ${all_parts[*]}"
  done

  cd "$repo_root"
  ci/setup.sh
  mkdir -p "$logs"
  for part in "$@"; do
    count "$part" 0 0 0
    run_part "$part"
  done
  print_summary "$@"
}

main "$@"
