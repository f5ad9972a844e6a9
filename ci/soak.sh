#!/usr/bin/env bash
# Runs one scenario very often, one try each, and counts the reports that were
# whole, lost, partial, doubled or otherwise wrong. The judgement is its own
# (ci/soak/judge.h), so that the harness is not judge in its own case.
#
#   ci/soak.sh [--binary FILE] [--scenario NAME] [--runs N] [--jobs J]
#              [--gomaxprocs A,B,..] [--burn M] [--panic LINE] [--limit-ms T]
#              [--keep DIR]
#
#   ci/soak.sh --scenario PanicRace --runs 20000 --jobs 2 --gomaxprocs 1,2,8
#
# --runs is for each GOMAXPROCS value. Without --binary testprog is built
# (preset release). Exit status: 0 all whole, 1 not, 2 could not run.
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build=$repo_root/build/release
targets=(soak testprog)
arguments=(--binary "$build/bin/testprog" --keep "$build/soak-failures")
for argument in "$@"; do
  # The caller's own --binary comes later on the command line, and wins.
  if [[ $argument == --binary ]]; then targets=(soak); fi
done

(cd "$repo_root" && cmake --preset release && cmake --build --preset release --target "${targets[@]}") \
  >/dev/null || die "cannot build ${targets[*]} (preset release)"
exec "$build/bin/soak" "${arguments[@]}" "$@"
