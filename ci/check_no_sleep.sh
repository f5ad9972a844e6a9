#!/usr/bin/env bash
# No scenario and no test sleeps to synchronise: a sleep hides a race on fast
# machines and breaks on slow ones. Sleeps that are the subject itself are
# listed here with the reason; a listed scenario that no longer sleeps is an
# error too.
#
#   ci/check_no_sleep.sh [--root DIR]   check the tree
#   ci/check_no_sleep.sh --self-test    check the check
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# SCENARIO name, Suite.Name of a test, path:Name of another function, or the
# path alone for what stands outside of all | why it sleeps
exceptions='
PanicRaceSlowDefer     | its deferred call must outlive the return of main
SleepSort              | sorting by sleeping is its subject
testprog/adversity.cc:EndAddressSpace | it is the clock that must run, and a sleep is how it is asked to

PipeTest.ALateAndSlowReaderGetsEverything | a late reader is its subject
runtime/internal/machine/unwind_test.cc:SpinHere | nobody waits for it: TSan delivers signals only at calls it knows
'

calls='Sleep SleepFor SleepUntil sleep usleep nanosleep clock_nanosleep sleep_for sleep_until'

self_test() {
  put testprog/good.cc <<'X'
#include "runtime/sleep.h"
// runtime::Sleep(1) in a comment
SCENARIO(PanicRace) {
  runtime::Gosched();
  note.Sleep();
  Print("sleep(1)");
}
SCENARIO(SleepSort) {
  runtime::Sleep(5 * value);
}
X
  put harness/process/child_test.cc <<'X'
TEST(Child, Ends) { Run("sh", "-c", "sleep 10"); }
X
  put runtime/sleep.cc <<<'void Sleep(int ms) { nanosleep(&t, nullptr); }'
  expect_green 'listed sleeps, texts and comments, and the sleep of the runtime itself'

  put testprog/bad.cc <<'X'
SCENARIO(SleepSort) {
  runtime::Sleep(1);
}
SCENARIO(Ping) {
  runtime::Sleep(1);
}
X
  expect_red 'a scenario that sleeps' 'testprog/bad.cc:5: error: Ping sleeps'
  put testprog/bad.cc <<<'void Wait() { std::this_thread::sleep_for(1ms); }'
  expect_red 'a helper of the scenarios that sleeps' \
    'testprog/bad.cc:1: error: testprog/bad.cc:Wait sleeps'
  put testprog/bad.cc <<'X'
SCENARIO(SleepSort) {
  runtime::Sleep(1);
}
struct Helper {
  void Wait() { runtime::Sleep(1); }
};
X
  expect_red 'a class that sleeps, after a scenario that may' \
    'testprog/bad.cc:5: error: testprog/bad.cc sleeps'
  put testprog/bad.cc <<<'// mended'
  put runtime/go_test.cc <<'X'
TEST_F(GoTest, Waits) {
  absl::SleepFor(absl::Milliseconds(10));
}
X
  expect_red 'a test that sleeps' 'runtime/go_test.cc:2: error: GoTest.Waits sleeps'
  put runtime/go_test.cc <<<'// mended'
  put testprog/good.cc <<'X'
SCENARIO(SleepSort) {
  Channel<int> c;
}
X
  expect_red 'an exception that is not needed' \
    'testprog/good.cc:1: error: SleepSort does not sleep: take it off the list'
}

parse_check_arguments "$@"
# shellcheck disable=SC2154  # $root: parse_check_arguments sets it
cd "$root"
mapfile -t files < <(our_files . 'testprog/*.h' 'testprog/*.cc' '*_test.cc')
((${#files[@]})) || finish no_sleep '' 0

export exceptions calls
# shellcheck disable=SC2154  # $awk_code_of: lib.sh sets it
breaches=$(awk "$awk_code_of"'
function Trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }

function Breach(place, text) { printf "%s: error: %s\n", place, text }

# The scenario, test or function that opens on this line of code, or "".
function Opens(code,   words) {
  if (code ~ /^(SCENARIO|TEST|TYPED_TEST)[A-Z_]*\(/) {
    sub(/^[A-Z_]*\(/, "", code)
    sub(/\).*/, "", code)
    return split(code, words, / *, */) == 1 ? words[1] : words[1] "." words[2]
  }
  if (code !~ /^[A-Za-z_].*\(/ || code ~ /;[ \t]*$/) return ""
  sub(/\(.*/, "", code)
  sub(/.*[^A-Za-z_0-9:~]/, "", code)
  return FILENAME ":" code
}

# A member of that name waits for an event (Note::Sleep), not for a time.
function SleepIn(code,   word, before) {
  while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
    before = substr(code, 1, RSTART - 1)
    word = substr(code, RSTART, RLENGTH)
    code = substr(code, RSTART + RLENGTH)
    if (word in is_sleep && code ~ /^ *\(/ && before !~ /(\.|->)$/) return 1
  }
  return 0
}

BEGIN {
  n = split(ENVIRON["exceptions"], rows, "\n")
  for (i = 1; i <= n; i++)
    if (split(rows[i], cell, "|") == 2) excepted[Trim(cell[1])] = 1
  n = split(ENVIRON["calls"], words, " ")
  for (i = 1; i <= n; i++) is_sleep[words[i]] = 1
}

FNR == 1 { in_comment = 0; scope = FILENAME }

{
  code = CodeOf($0)
  if ((name = Opens(code)) != "") {
    scope = name
    place[scope] = FILENAME ":" FNR
  }
  if (SleepIn(code)) {
    if (scope in excepted) needed[scope] = 1
    else Breach(FILENAME ":" FNR, scope " sleeps: wait for an event instead (or see ci/check_no_sleep.sh)")
  }
  if (code ~ /^}/) scope = FILENAME
}

END {
  for (name in excepted)
    if (name in place && !(name in needed))
      Breach(place[name], name " does not sleep: take it off the list in ci/check_no_sleep.sh")
}
' "${files[@]}")
finish no_sleep "$breaches" "${#files[@]}"
