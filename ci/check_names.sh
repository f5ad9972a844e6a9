#!/usr/bin/env bash
# No file of ours names a machine, an absolute path of somebody's work place,
# or the host of a package registry: they are true in one place only. A line
# that must is marked, with the reason: "check-names: allow, REASON".
#
#   ci/check_names.sh [--root DIR]   check the tree
#   ci/check_names.sh --self-test    check the check
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# what | extended regular expression (letters in brackets: this file itself
# must pass)
patterns='
a path of one work place | (^|[^[:alnum:]_.$}/-])/([w]ork|[r]oot|[h]ome|[U]sers)([^[:alnum:]_-]|$)
a registry host          | ([d]eb|[s]ecurity|[s]napshot|[f]tp)[a-z.]*[.]debian[.]org
a registry host          | [r]egistry[.]npmjs|[p]ypi[.]org|[p]ythonhosted|[p]roxy[.]golang[.]org|[c]rates[.]io
a machine on a private network | [:/@"](10|192[.]168|172[.](1[6-9]|2[0-9]|3[01]))([.][0-9]+)+
a machine on a private network | (//|@)[[:alnum:].-]+[.](internal|local|lan|corp|intranet)
'

self_test() {
  put README.md <<'X'
See src/work/a.cc, ${HOME}/work, the /workers page, 10.1.2 and debian.org.
X
  expect_green 'relative paths and common words'
  local slash=/
  put a.cc <<<"const char* kPath = \"${slash}work/main/a.cc\";"
  expect_red 'a path of one work place' 'a.cc:1: error: a path of one work place'
  put a.cc <<<"// lies in ${slash}root"
  expect_red 'the home of root' 'a.cc:1: error: a path of one work place'
  put a.cc <<<"deb http:/${slash}deb.""debian.org/debian"
  expect_red 'a registry host' 'a.cc:1: error: a registry host'
  put a.cc <<<"http:/${slash}10.1.""2.3/x"
  expect_red 'a private address' 'a.cc:1: error: a machine on a private network'
  put a.cc <<<"ssh me@""build7.internal"
  expect_red 'a private host' 'a.cc:1: error: a machine on a private network'
  put a.cc <<<"x = \"${slash}root\";  // check-names: allow, the subject of the test"
  expect_green 'a marked line'
  put a.cc <<<"x = \"${slash}root\";  // check-names: allow"
  expect_red 'a mark without a reason' 'a path of one work place'
}

parse_check_arguments "$@"
# shellcheck disable=SC2154  # $root: parse_check_arguments sets it
cd "$root"
mapfile -t files < <(our_files . '*')
((${#files[@]})) || finish names '' 0

breaches=$(
  while IFS='|' read -r what pattern; do
    [[ -n $what ]] || continue
    what=${what%"${what##*[! ]}"}
    { grep -nHIE -- "${pattern# }" "${files[@]}" || true; } |
      { grep -v 'check-names: allow, *[^ ]' || true; } |
      sed -E "s|^([^:]*:[0-9]+):|\1: error: $what: |"
  done <<<"$patterns"
)
finish names "$breaches" "${#files[@]}"
