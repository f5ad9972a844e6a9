#!/usr/bin/env bash
# Installs what building and testing need on a Debian 12 machine, and nothing
# when nothing is missing (then it is silent, quick, and needs no root).
#
#   ci/setup.sh [all]    everything (default)
#   ci/setup.sh build    only what building and running needs
set -euo pipefail

# group | packages | reason
packages='
build | g++ cmake ninja-build                | GCC 12 and the build
build | ccache                               | builds of unchanged sources take seconds
build | libabsl-dev                          | Status, strings, containers, symbolizer
build | libboost1.81-dev                     | Process v2 and Asio; plain libboost-dev is 1.74
build | libboost-context1.81-dev             | the stack switch
build | nlohmann-json3-dev libre2-dev        | specs are JSON, their patterns RE2
build | libcli11-dev                         | the command line of lastwords
build | libgtest-dev libgmock-dev            | unit tests, and spec_test of the harness
build | libbenchmark-dev                     | benchmarks
test  | git                                  | the checks ask it which files are ours
test  | clang-14 libclang-rt-14-dev          | second compiler (with the C++ library of GCC 12), its sanitizers
test  | clang-tidy-14 clang-format-14        | static checks
test  | shellcheck                           | static check of these scripts
test  | llvm-14 llvm-14-tools                | symbolizer of sanitizer reports; FileCheck as yardstick of the matcher
test  | libxml2-utils                        | xmllint judges our JUnit files
test  | python3-jsonschema                   | judges specs/schema.json: a validator that is not ours
test  | strace gdb                           | injects failing system calls; reads our core files
test  | golang-go golang-1.19-src            | the oracle: the same specs judge the original programs
'

fail() {
  echo "ci/setup.sh: error: $*" >&2
  exit 1
}

wanted_packages() {
  local group=$1 row_group names reason
  while IFS='|' read -r row_group names reason; do
    if [[ -n $reason && ($group == all || ${row_group// /} == "$group") ]]; then
      echo "$names"
    fi
  done <<<"$packages" | tr -s ' ' '\n' | sed '/^$/d'
}

# Prints those of its arguments that are not installed.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" \
    2>/dev/null | sed -n 's/^.i  *//p') || true
  printf '%s\n' "$@" | grep -vxF -e "$installed" || true
}

# Runs an apt-get command; silent, unless it fails: then all it said is shown.
apt_get() {
  local log status=0
  log=$(mktemp)
  DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" \
    >"$log" 2>&1 </dev/null || status=$?
  if ((status)); then
    cat "$log" >&2
    rm -f "$log"
    fail "apt-get $1 failed with status $status; what it said stands above." \
      "The command was: apt-get $*"
  fi
  rm -f "$log"
}

main() {
  local group=${1:-all} os missing
  [[ $# -le 1 && $group =~ ^(all|build)$ ]] || fail "usage: ci/setup.sh [all|build]"

  # In a subshell: os-release defines many variables.
  # shellcheck source=/dev/null
  os=$(. /etc/os-release 2>/dev/null && echo "${ID:-?} ${VERSION_ID:-?}") || os=unknown
  [[ $os == "debian 12" ]] || fail "this project is built on Debian 12; this is: $os"

  mapfile -t missing < <(wanted_packages "$group")
  mapfile -t missing < <(missing_packages "${missing[@]}")
  ((${#missing[@]})) || return 0

  [[ $(id -u) == 0 ]] || fail "not root, and these packages are missing: ${missing[*]}." \
    "As root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"

  echo "ci/setup.sh: installing ${missing[*]}"
  apt_get update
  apt_get install -y --no-install-recommends "${missing[@]}"
}

main "$@"
