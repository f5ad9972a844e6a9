#!/usr/bin/env bash
# Are the specs worth anything? Each bug of ci/runtime_mutants.txt is put into a
# copy of the runtime, testprog is built with it, and every spec is run; if all
# pass, a part of ci/faults too. A bug that neither convicts has survived: a spec
# is missing. Some 30 minutes.
#
#   ci/mutate_runtime.sh [-k TEXT]...   all, or those with TEXT in their names
#   ci/mutate_runtime.sh --check        only whether each still fits the source
#
# The copy lies in build/mutants; what each run printed is kept there, in
# logs/NAME. Exit status: 0 all convicted, 1 one survived, 2 a bug does not fit
# the source, does not build, or the specs fail without one.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

jobs=${JOBS:-$(nproc)}
limit_s=240  # for all specs on one mutant
mutants=$repo_root/ci/runtime_mutants.txt
work=$repo_root/build/mutants
original=$work/original  # what the tree was when the run began
lastwords=$work/lastwords
faults=$work/faults_test

# names: "NAME<TAB>FAMILY<TAB>FILE" for each mutant, by file, so that as little
# as possible is built again.
names() {
  sed -nE 's/^@ *([a-z0-9_]+) *\| *([^|]*[^| ]) *\| *([^ ]+)$/\1\t\2\t\3/p' "$mutants" |
    sort -t $'\t' -k3,3 -s
}

# put_in NAME FILE: reads the file from standard input, prints it with the bug.
# Fails unless what is to be replaced is there exactly once.
put_in() {
  perl -e '
    my ($list, $name, $file) = @ARGV;
    my ($old, $new, $at) = ("", "", 0);
    open(my $in, "<", $list) or die "$list: $!\n";
    while (<$in>) {
      $at = /^@ *\Q$name\E *\|/ if /^@/;
      next unless $at;
      $old .= substr($_, 1) if /^-/;
      $new .= substr($_, 1) if /^\+/;
    }
    chomp($old, $new);
    my $text = join("", <STDIN>);
    my $found = 0;
    $found++ while $old ne "" && $text =~ /\Q$old\E/g;
    die "$name: found $found times in $file, wanted once:\n$old" if $found != 1;
    $text =~ s/\Q$old\E/$new/;
    print $text;
  ' "$mutants" "$1" "$2"
}

check() {
  local name family file bad=0 count=0
  while IFS=$'\t' read -r name family file; do
    count=$((count + 1))
    put_in "$name" "$file" <"$repo_root/$file" >/dev/null || bad=1
  done < <(names)
  ((count == $(grep -c '^@' "$mutants"))) || die "$mutants: a head line is not NAME | FAMILY | FILE"
  ((bad == 0)) || exit 2
  echo "$count mutants, each fits"
}

# The copy, with the times of the original, so that what was built stays built.
prepare() {
  cd "$repo_root"
  (cmake --preset dev && cmake --build --preset dev --target lastwords \
    faults_test --parallel "$jobs") >/dev/null ||
    die "cannot build lastwords and faults_test (preset dev)"
  mkdir -p "$work/logs"
  cp build/dev/bin/{lastwords,faults_test} "$work"
  rm -rf "$work/source" "$original"
  mkdir "$original"
  our_files "$repo_root" . | tar -c -T - | tar -xp -C "$original"
  cp -a "$original" "$work/source"
  mutants=$original/ci/runtime_mutants.txt
  cmake -S "$work/source" -B "$work/build" -G Ninja -D CMAKE_BUILD_TYPE=Debug \
    -D LASTWORDS_BUILD_HARNESS=OFF -D LASTWORDS_BUILD_TESTS=OFF >/dev/null
  # What was built with the last bug of the run before must be built again.
  if [[ -f $work/changed ]]; then (cd "$work/source" && touch -c "$(<"$work/changed")"); fi
  build || die "cannot build the copy: $work/build.log"
  [[ -z $(judge none; judge_disturbed none) ]] || die "the specs fail without a bug: $work/logs/none"
}

build() {
  cmake --build "$work/build" --target testprog --parallel "$jobs" >"$work/build.log" 2>&1
}

# judge NAME: which tests did not pass, one a line, the part of the name that
# says which; nothing if none.
judge() {
  local log=$work/logs/$1
  timeout "$limit_s" "$lastwords" run "$original/specs" --jobs "$jobs" \
    --output-dir "$work/output" \
    --subject "testprog=$work/build/bin/testprog" >"$log" 2>&1 || true
  sed -nE 's/^(FAIL|TIMEOUT|LEAK|EXCESSIVE_OUTPUT) ([^ ]+)$/\2/p' "$log" | sort -u
  # A testprog that cannot even list its scenarios.
  sed -nE 's/^(lastwords: )?error: (.*)$/\2/p' "$log" | head -n 1
}

# judge_disturbed NAME: the same for what only ci/faults can see, up to the first.
judge_disturbed() {
  local log=$work/logs/$1.faults
  LASTWORDS_TESTPROG=$work/build/bin/testprog timeout "$limit_s" "$faults" \
    --gtest_brief=1 --gtest_fail_fast \
    --gtest_filter='*Product/*panic*:*AtEveryWrite*:Injection.Crash*:Limits.Nothing*' \
    >"$log" 2>&1 || true
  sed -nE 's/^\[  FAILED  \] ([^ ,]+).*$/\1/p' "$log" | sort -u
}

# try NAME FAMILY FILE: prints one line; 1: it survived.
try() {
  local name=$1 family=$2 file=$3 convicted count
  echo "$file" >"$work/changed"
  put_in "$name" "$file" <"$original/$file" >"$work/source/$file"
  build || die "$name does not build: $work/build.log"
  mapfile -t convicted < <(judge "$name")
  if ((${#convicted[@]} == 0)); then
    mapfile -t convicted < <(judge_disturbed "$name")
  fi
  cp "$original/$file" "$work/source/$file"
  count=${#convicted[@]}
  if ((count == 0)); then
    printf '%-32s %-16s SURVIVED\n' "$name" "$family"
    return 1
  fi
  printf '%-32s %-16s %3d  %s\n' "$name" "$family" "$count" "${convicted[*]:0:4}"
}

run() {
  local name family file survivors=() tried=0 filter wanted
  check
  mkdir -p "$work"
  prepare
  while IFS=$'\t' read -r name family file <&3; do
    wanted=$(($# == 0))
    for filter in "$@"; do
      if [[ $name == *"$filter"* ]]; then wanted=1; fi
    done
    ((wanted)) || continue
    tried=$((tried + 1))
    try "$name" "$family" "$file" || survivors+=("$name")
  done 3< <(names)
  echo "$tried mutants, $((tried - ${#survivors[@]})) convicted, ${#survivors[@]} survived: ${survivors[*]-}"
  ((${#survivors[@]} == 0))
}

main() {
  local filters=()
  if [[ $* == --check ]]; then
    check
    return
  fi
  while (($#)); do
    [[ $1 == -k && $# -ge 2 ]] || die "usage: see the top of $this_script"
    filters+=("$2")
    shift 2
  done
  run "${filters[@]}"
}

main "$@"
