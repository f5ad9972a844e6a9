#!/usr/bin/env bash
# Test runners side by side on one case: a program that prints 16 KB and
# crashes. Whole processes; a round runs each once, so that what else the
# machine does falls on all alike. Prints the median of the rounds.
#
#   harness/bench/peers.sh BIN [CASES [ROUNDS [IN_FLIGHT]]]
#   harness/bench/peers.sh build/release/bin 2000 3 2
#
# Peers: ctest, GoogleTest's threadsafe death test, lit with FileCheck. ctest
# and lit cannot say "dies by SIGSEGV"; they get an exit status 2. A peer that
# is not installed is left out. lit, which is slow, runs a tenth of the cases.
set -euo pipefail
export LC_ALL=C

bin=$(cd "${1:?usage: peers.sh BIN [CASES [ROUNDS [IN_FLIGHT]]]}" && pwd)
cases=${2:-2000} rounds=${3:-3} in_flight=${4:-2}
few=$(((cases + 9) / 10))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

write_specs() {
  mkdir -p "$work/specs/bench"
  local i
  {
    echo '['
    for ((i = 1; i <= cases; ++i)); do
      printf '{"subject": "crasher", "name": "case%d", "args": [], "ends": "SIGSEGV", "wants": "xxx\\n"}' "$i"
      ((i == cases)) || echo ,
    done
    echo ']'
  } >"$work/specs/bench/cases.json"
}

write_ctest() {
  mkdir -p "$work/ctest"
  local i
  for ((i = 1; i <= cases; ++i)); do
    printf 'add_test(case%d %s 2)\nset_tests_properties(case%d PROPERTIES PASS_REGULAR_EXPRESSION "xxx\\n")\n' \
      "$i" "$bin/bench_crasher" "$i"
  done >"$work/ctest/CTestTestfile.cmake"
}

write_lit() {
  mkdir -p "$work/lit"
  local i
  cat >"$work/lit/lit.cfg.py" <<X
import lit.formats
config.name = "bench"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".test"]
config.test_source_root = "$work/lit"
config.test_exec_root = "$work/lit"
X
  for ((i = 1; i <= few; ++i)); do
    printf 'RUN: %s %s 2 | %s %%s\nCHECK: xxx\n' "$llvm/not" \
      "$bin/bench_crasher" "$llvm/FileCheck" >"$work/lit/case$i.test"
  done
}

run_lastwords() {
  "$bin/lastwords" run "$work/specs" --subject "crasher=$bin/bench_crasher" \
    --jobs "$in_flight" --output-dir "$work/kept"
}
run_ctest() { (cd "$work/ctest" && ctest -j "$in_flight"); }
run_death_test() { CASES=$cases "$bin/death_test_peer"; }
run_lit() { "${lit[@]}" -j "$in_flight" "$work/lit"; }

llvm=/usr/lib/llvm-14/bin
lit=()
if command -v lit >/dev/null; then
  lit=(lit)
elif [[ -f /usr/lib/llvm-14/build/utils/lit/lit.py ]]; then
  lit=(python3 /usr/lib/llvm-14/build/utils/lit/lit.py)
fi

peers=(lastwords death_test)
if command -v ctest >/dev/null; then peers+=(ctest); fi
if ((${#lit[@]})) && [[ -x $llvm/FileCheck && -x $llvm/not ]]; then peers+=(lit); fi

write_specs
write_ctest
write_lit

# timed NAME: appends what it took, in cases a second, to its file.
timed() {
  local begin end n=$cases
  [[ $1 == lit ]] && n=$few
  begin=$(date +%s%N)
  "run_$1" >"$work/$1.log" 2>&1 || {
    tail -n 5 "$work/$1.log"
    echo "peers.sh: error: $1 failed" >&2
    exit 1
  }
  end=$(date +%s%N)
  echo "$((n * 1000000000 / (end - begin)))" >>"$work/$1.rates"
}

for ((round = 1; round <= rounds; ++round)); do
  for peer in "${peers[@]}"; do timed "$peer"; done
done

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ours=$(median "$work/lastwords.rates")
printf '%-12s %10s %8s   (%d cases, %d in flight, median of %d)\n' \
  runner cases/s ratio "$cases" "$in_flight" "$rounds"
for peer in "${peers[@]}"; do
  rate=$(median "$work/$peer.rates")
  printf '%-12s %10d %8s\n' "$peer" "$rate" \
    "$(awk -v a="$ours" -v b="$rate" 'BEGIN { printf "%.2f", b / a }')"
done

# The latency of one case: what a whole `lastwords run one.json` takes, less
# what the program takes by itself.
echo '{"subject": "crasher", "args": [], "name": "one", "ends": "SIGSEGV"}' >"$work/one.json"
for ((i = 0; i < 30; ++i)); do
  a=$(date +%s%N)
  "$bin/lastwords" run "$work/one.json" --subject "crasher=$bin/bench_crasher" >/dev/null
  b=$(date +%s%N)
  "$bin/bench_crasher" 2 >/dev/null || true
  c=$(date +%s%N)
  echo "$(((b - a - (c - b)) / 1000))" >>"$work/latency"
done
printf 'one spec, over the program alone: %d us (median of 30)\n' \
  "$(median "$work/latency")"
