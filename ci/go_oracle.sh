#!/usr/bin/env bash
# The oracle: the same specs judge Go's own test programs, testprog and
# testprogcgo, built from the sources that come with Go. Nothing of Go's is
# copied into this tree, nothing is downloaded.
#
#   ci/go_oracle.sh                       builds all that is needed (preset
#                                         release), runs every spec on Go's
#                                         programs, and prints what did not apply
#   ci/go_oracle.sh --find                which Go it would take
#   ci/go_oracle.sh --build DIR           only builds them: DIR/testprog
#   ci/go_oracle.sh --judge DIR LASTWORDS only runs the specs and checks the
#                                         conditions that keep them away
#
# Of all Gos installed that come with their tests' sources the newest is taken,
# or the one that $GO names. Exit status: 0 all passed, 1 something failed, 2
# could not run, 77 there is no such Go.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

programs=(testprog testprogcgo)  # where both know a scenario: the first
no_go_exit=77

# Prints "VERSION PROGRAM SOURCES" for each Go that comes with its tests.
installed_gos() {
  local go root version
  for go in ${GO:-go /usr/lib/go-*/bin/go /usr/local/go/bin/go}; do
    root=$("$go" env GOROOT 2>/dev/null) || continue
    version=$("$go" env GOVERSION)
    if [[ -f $root/src/runtime/testdata/testprog/main.go ]]; then
      echo "${version#go} $go $root/src/runtime/testdata"
    fi
  done
}

# Sets $version, $go and $sources.
find_go() {
  read -r version go sources < <(installed_gos | sort -V | tail -n 1) && return
  echo "skipped: no Go with the sources of its tests is installed;" \
    "apt-get install golang-go golang-1.19-src, or ci/setup.sh"
  exit "$no_go_exit"
}

# go_here ARGUMENTS...: the go command, offline, writing below $directory only.
go_here() {
  env GO111MODULE=off GOTOOLCHAIN=local GOPROXY=off GOFLAGS= CGO_ENABLED=1 \
    GOCACHE="$directory/cache" GOPATH="$directory/gopath" "$go" "$@"
}

# scenarios_in FOLDER: the names its files for this system register.
scenarios_in() {
  local files
  read -r -a files < <(cd "$1" && go_here list -f \
    '{{join .GoFiles " "}} {{join .CgoFiles " "}}')
  (cd "$1" && sed -nE 's/^.*register(Init)?\("([A-Za-z0-9_]+)".*$/\2/p' "${files[@]}") |
    sort -u
}

# Writes DIR/testprog, which hands each scenario to the program that knows it,
# and answers --list=json for both.
write_subject() {
  local names
  names=$(cat "${programs[@]/%/.names}" | sort -u)
  {
    echo '{ "facts": { "implementation": "go", "pkg": "main", "scenarios": "some",'
    echo "    \"version\": \"$version\", \"go_version\": \"$version\" },"
    echo '  "scenarios": ['
    sed -E 's/.*/    { "name": "&" }/; $!s/$/,/' <<<"$names"
    echo '  ] }'
  } >list.json
  {
    echo '#!/bin/sh'
    echo '# Written by ci/go_oracle.sh.'
    echo "if [ \"\$1\" = --list=json ]; then exec cat '$PWD/list.json'; fi"
    echo 'for program in' "${programs[@]}" '; do'
    echo "  if grep -qx -- \"\$1\" '$PWD/'\$program.names; then"
    echo "    exec '$PWD/'\$program.go \"\$@\""
    echo '  fi'
    echo 'done'
    echo "echo \"no scenario \$1\" >&2"
    echo 'exit 64'
  } >testprog
  chmod +x testprog
}

build() {
  find_go
  command -v gcc >/dev/null || die "testprogcgo needs gcc"
  mkdir -p "$1"
  directory=$(cd "$1" && pwd)
  local program
  for program in "${programs[@]}"; do
    (cd "$sources/$program" && go_here build -o "$directory/$program.go" .)
    scenarios_in "$sources/$program" >"$directory/$program.names"
  done
  cd "$directory"
  write_subject
}

# Each condition that keeps a spec from Go, beside that it lacks the scenario,
# must name its evidence: an issue or a version of Go. Prints those that do not.
unproved_conditions() {
  sed -nE 's/^SKIP ([^:]+): (implementation|go_version|version) is [^:]+: /\1: error: names no evidence: /p' |
    { grep -vE 'go\.dev/issue/|go1\.[0-9]+' || true; }
}

judge() {
  local directory=$1 lastwords=$2 output status=0 unproved
  [[ -x $directory/testprog ]] || find_go
  output=$("$lastwords" run "$repo_root/specs" \
    --subject "testprog=$directory/testprog") || status=$?
  echo "$output"
  unproved=$(unproved_conditions <<<"$output")
  [[ -z $unproved ]] || echo "$unproved"
  ((status == 0)) && [[ -z $unproved ]]
}

run() {
  local build=$repo_root/build/release
  build "$build/go"
  cd "$repo_root"
  (cmake --preset release && cmake --build --preset release --target lastwords) \
    >/dev/null || die "cannot build lastwords (preset release)"
  echo "the oracle: go$version, $sources"
  judge "$build/go" "$build/bin/lastwords"
}

case "${1-} $#" in
  ' 0') run ;;
  '--find 1') find_go && echo "go$version $go $sources" ;;
  '--build 2') build "$2" ;;
  '--judge 3') judge "$2" "$3" ;;
  *) die "usage: see the top of $this_script" ;;
esac
