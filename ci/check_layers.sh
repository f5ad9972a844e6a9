#!/usr/bin/env bash
# The include graph against the table of layers below: a file includes its own
# layer and those its row names, nothing else. Also: project headers are
# included by their path from the top, test libraries only by tests, and no
# file includes what the last table forbids to all.
#
#   ci/check_layers.sh [--root DIR]   check the tree
#   ci/check_layers.sh --self-test    check the check
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# layer | files: the longest match wins; "/" at the end: all below; "/*": right
# in that folder, no deeper | layers it may include beside itself
layers='
base      | runtime/internal/base/    |
machine   | runtime/internal/machine/ | base
sched     | runtime/internal/sched/   | base machine
control   | runtime/internal/control/ | base machine sched
sync      | runtime/internal/sync/    | base machine sched control
diag      | runtime/internal/diag/    | base machine sched control sync
public    | runtime/*                 | base machine sched control sync diag

explore   | runtime/internal/explore/ | base machine sched control sync diag
testing   | runtime/internal/testing/ | base machine sched control sync diag public

registry  | testprog/registry         | public
scenarios | testprog/*                | public registry
main      | testprog/main             | public registry scenarios

spec      | harness/spec/             |
process   | harness/process/          |
crash     | harness/crash/            |
match     | harness/match/            | spec process crash
report    | harness/report/           | spec process crash match
cli       | harness/cli/              | spec process crash match report

runtime-bench | runtime/bench/        | public
harness-bench | harness/bench/        | process

consumer  | ci/package/consumer/      | public
ci        | ci/                       |
'

# What only tests may include: files named *_test.cc, and the files named here.
test_only_layers='explore testing'
test_only_headers='^(gtest|gmock)/'
test_files='_test\.cc$|^harness/bench/death_test_peer\.cc$|/testing/|/testing_[a-z_]*\.h$|^runtime/internal/explore/|^harness/cli/spec_test'

# Forbidden to every file: pattern of the header | why
forbidden='
^regex$                      | std::regex is slow and recurses: use RE2
^boost/process\.hpp$         | Boost.Process v1 forks and confuses SIGSEGV with exit 11: use v2
^boost/process/[a-z_]*\.hpp$ | Boost.Process v1 forks and confuses SIGSEGV with exit 11: use v2
^boost/fiber/                | a yardstick of the benchmarks, never a dependency
^libunwind                   | linking libunwind slows every C++ exception down
'

self_test() {
  # The order once more, in the words of the design: each layer includes all to
  # its left, and none to its right.
  local order=(base machine sched control sync diag) i j
  for i in "${!order[@]}"; do
    for j in "${!order[@]}"; do
      ((j > i)) || echo "#include \"runtime/internal/${order[j]}/x.h\""
    done | put "runtime/internal/${order[i]}/x.h"
  done
  expect_green 'every layer of the runtime includes all below it'
  for i in "${!order[@]}"; do
    for j in "${!order[@]}"; do
      ((j < i)) || echo "#include \"runtime/internal/${order[j]}/x.h\""
    done | put "runtime/internal/${order[i]}/x.h"
  done
  expect_red 'every layer of the runtime includes all above it' 'layers: 15 breach(es)'
  rm -r "$tree/runtime"

  put runtime/internal/base/check.h <<<'// nothing'
  put runtime/internal/machine/stack.h <<<'#include "runtime/internal/base/check.h"'
  put runtime/internal/explore/env.h <<<'#include <gtest/gtest.h>'
  put runtime/internal/base/check_test.cc <<'X'
#include "gtest/gtest.h"
#include "runtime/internal/explore/env.h"
X
  put runtime/go.h <<<'#include "runtime/internal/machine/stack.h"'
  put runtime/internal/machine/table.cmake <<<'# writes table.h'
  put runtime/internal/machine/table.cc <<<'#include "runtime/internal/machine/table.h"'
  put testprog/registry.h <<<'#include <string>'
  put testprog/panic_race.cc <<'X'
// #include "runtime/internal/base/check.h"
#include "absl/strings/str_cat.h"
#include "runtime/go.h"
#include "testprog/registry.h"
X
  put harness/spec/spec.h <<<'#include <string>'
  put harness/process/process.h <<<'#include <vector>'
  put harness/match/match.cc <<'X'
#include <boost/process/v2.hpp>
#include "harness/spec/spec.h"
X
  expect_green 'a tree that keeps the layers, with one generated header'

  put runtime/internal/base/bad.h <<<'#include "runtime/internal/machine/stack.h"'
  expect_red 'an upward include' \
    'runtime/internal/base/bad.h:1: error: layer base may not include machine'
  put runtime/internal/base/bad.h <<<'  #  include <runtime/go.h>'
  expect_red 'an internal file includes a public header, in angle brackets' \
    'bad.h:1: error: layer base may not include public'
  put runtime/internal/base/bad.h <<<'#include "harness/spec/spec.h"'
  expect_red 'the runtime includes the harness' 'layer base may not include spec'
  put runtime/internal/base/bad.h <<<'#include "gtest/gtest.h"'
  expect_red 'a shipped file includes gtest' 'bad.h:1: error: gtest/gtest.h is for tests only'
  put runtime/internal/base/bad.h <<<'#include "runtime/internal/explore/env.h"'
  expect_red 'a shipped file includes test support' 'layer explore is for tests only'
  put runtime/internal/base/bad.h <<<'#include "check.h"'
  expect_red 'an include relative to its own folder' \
    'write "runtime/internal/base/check.h"'
  put runtime/internal/base/bad.h <<<'#include <regex>'
  expect_red 'a forbidden header' 'use RE2'
  put runtime/internal/base/bad.h <<<'#include "runtime/internal/base/gone.h"'
  expect_red 'a header that is not there' 'no such file'
  put runtime/internal/base/bad.h <<<'#include "runtime/internal/machine/table.h"'
  expect_red 'an upward include of a generated header' 'layer base may not include machine'
  put runtime/internal/base/bad.h <<<'// mended'
  put testprog/bad.cc <<<'#include "runtime/internal/base/check.h"'
  expect_red 'a scenario includes internals' 'layer scenarios may not include base'
  put testprog/bad.cc <<<'// mended'
  put harness/spec/bad.cc <<<'#include "harness/process/process.h"'
  expect_red 'siblings of the harness' 'layer spec may not include process'
  put harness/spec/bad.cc <<<'#include "runtime/go.h"'
  expect_red 'the harness includes the runtime' 'layer spec may not include public'
  put harness/spec/bad.cc <<<'#include <boost/process/child.hpp>'
  expect_red 'Boost.Process v1' 'use v2'
  put harness/spec/bad.cc <<<'// mended'
  put runtime/new_folder/a.h <<<'// nothing'
  expect_red 'a folder without a layer' 'runtime/new_folder/a.h:1: error: no layer'
}

parse_check_arguments "$@"
cd "$root"
mapfile -t files < <(our_files . '*.h' '*.cc')
((${#files[@]})) || finish layers '' 0

export layers test_only_layers test_only_headers test_files forbidden
breaches=$(awk '
function Trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }

function ReadLayers(   rows, i, cell, n) {
  n = split(ENVIRON["layers"], rows, "\n")
  for (i = 1; i <= n; i++) {
    if (split(rows[i], cell, "|") != 3) continue
    ++layer_count
    name[layer_count] = Trim(cell[1])
    place[layer_count] = Trim(cell[2])
    allowed[name[layer_count]] = " " Trim(cell[1]) " " Trim(cell[3]) " "
  }
}

function ReadForbidden(   rows, i, cut, n) {
  n = split(ENVIRON["forbidden"], rows, "\n")
  for (i = 1; i <= n; i++) {
    if (!(cut = index(rows[i], " | "))) continue
    ++forbidden_count
    forbidden_header[forbidden_count] = Trim(substr(rows[i], 1, cut))
    reason[forbidden_count] = Trim(substr(rows[i], cut + 3))
  }
}

function LayerOf(path,   i, prefix, best, layer) {
  best = 0
  for (i = 1; i <= layer_count; i++) {
    prefix = place[i]
    if (prefix ~ /\*$/) {
      prefix = substr(prefix, 1, length(prefix) - 1)
      if (index(substr(path, length(prefix) + 1), "/")) continue
    }
    if (index(path, prefix) == 1 && length(prefix) > best) {
      best = length(prefix)
      layer = name[i]
    }
  }
  return layer
}

function Readable(path,   line, found) {
  if (path in seen) return seen[path]
  found = (getline line < path) >= 0
  close(path)
  return seen[path] = found
}

# A header made by the build belongs where its generator stands: x.h by x.cmake.
function Exists(path,   generator) {
  generator = path
  sub(/\.h$/, ".cmake", generator)
  return Readable(path) || Readable(generator)
}

function Breach(text) {
  printf "%s:%d: error: %s\n", FILENAME, FNR, text
}

function CheckProjectHeader(header,   to) {
  if (!Exists(header)) { Breach("no such file: " header); return }
  to = LayerOf(header)
  if (to == "") { Breach(header " stands in no layer"); return }
  if (index(" " test_only_layers " ", " " to " ")) {
    if (to != from && !is_test)
      Breach("layer " to " is for tests only (" header ")")
  } else if (!index(allowed[from], " " to " "))
    Breach("layer " from " may not include " to " (" header ")")
}

BEGIN {
  test_only_layers = ENVIRON["test_only_layers"]
  test_only_headers = ENVIRON["test_only_headers"]
  test_files = ENVIRON["test_files"]
  ReadLayers()
  ReadForbidden()
}

FNR == 1 {
  from = LayerOf(FILENAME)
  is_test = FILENAME ~ test_files
  folder = FILENAME
  sub(/[^\/]*$/, "", folder)
  if (from == "")
    Breach("no layer: add its folder to the table in ci/check_layers.sh")
}

from != "" && /^[ \t]*#[ \t]*include[ \t]*["<]/ {
  quoted = $0 ~ /include[ \t]*"/
  header = $0
  sub(/^[^"<]*["<]/, "", header)
  sub(/[">].*$/, "", header)
  for (i = 1; i <= forbidden_count; i++)
    if (header ~ forbidden_header[i]) Breach(header ": " reason[i])
  if (header ~ test_only_headers && !is_test)
    Breach(header " is for tests only")
  if (header ~ /^(runtime|testprog|harness|ci)\//)
    CheckProjectHeader(header)
  else if (quoted && Exists(folder header))
    Breach("include by the path from the top: write \"" folder header "\"")
}
' "${files[@]}")
finish layers "$breaches" "${#files[@]}"
