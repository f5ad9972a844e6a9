# shellcheck shell=bash
# Sourced by the scripts in ci/: where the tree is, which files are ours, how a
# check reports, and how its self-test talks.
#
# The checks are bash and awk on purpose: both are in Debian's base system, so
# that they run in a second, before any package is installed.

# Sorting, character classes and error messages must not depend on the caller.
export LC_ALL=C

repo_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
this_script=ci/$(basename "$0")

die() {
  echo "$this_script: error: $*" >&2
  exit 2
}

# our_files ROOT PATHSPEC...: tracked files and new ones that are not ignored,
# as paths relative to ROOT, one a line.
our_files() {
  local root=$1 file
  shift
  git -C "$root" ls-files --cached --others --exclude-standard -- "$@" |
    while IFS= read -r file; do
      if [[ -f $root/$file ]]; then echo "$file"; fi
    done
}

# awk: CodeOf(line) is the line without comments and without the inside of
# string and character literals; it remembers an open /* from line to line.
# Not C++: raw strings that span lines are read as code.
# shellcheck disable=SC2034  # used by the scripts that source this file
awk_code_of='
function CodeOf(line,   out, c, two, quote) {
  out = ""
  while (line != "") {
    if (in_comment) {
      if (!(c = index(line, "*/"))) return out
      line = substr(line, c + 2)
      in_comment = 0
      continue
    }
    two = substr(line, 1, 2)
    c = substr(line, 1, 1)
    if (two == "//") return out
    if (two == "/*") {
      in_comment = 1
      line = substr(line, 3)
    } else if (c == "\"" || (c == "\047" && out !~ /[0-9A-Fa-f]$/)) {
      quote = c
      line = substr(line, 2)
      while (line != "" && substr(line, 1, 1) != quote)
        line = substr(line, substr(line, 1, 1) == "\\" ? 3 : 2)
      line = substr(line, 2)
      out = out quote quote
    } else {
      out = out c
      line = substr(line, 2)
    }
  }
  return out
}
'

# finish CHECK BREACHES FILES: prints the breaches (one a line, or none), the
# closing line of the check, and ends with its exit status.
finish() {
  if [[ -n $2 ]]; then
    echo "$2"
    echo "$1: $(wc -l <<<"$2") breach(es) in $3 files"
    exit 1
  fi
  echo "$1: $3 files, no breach"
  exit 0
}

# ---- Self-tests: a check is run on small trees made for it. -----------------

# begin_self_test: makes $tree, an empty git repository that goes away again.
begin_self_test() {
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' EXIT
  git -C "$tree" init -q
}

# put PATH: writes standard input to that file of the tree.
put() {
  mkdir -p "$tree/$(dirname "$1")"
  cat >"$tree/$1"
}

# expect_green WHAT: the check finds nothing wrong with the tree.
expect_green() {
  local output
  if ! output=$("$0" --root "$tree" 2>&1); then
    echo "$output"
    die "self-test: $1: expected green"
  fi
  echo "green: $1"
}

# expect_red WHAT TEXT: the check fails, and says TEXT.
expect_red() {
  local output
  if output=$("$0" --root "$tree" 2>&1); then
    echo "$output"
    die "self-test: $1: expected red"
  fi
  if ! grep -qF -- "$2" <<<"$output"; then
    echo "$output"
    die "self-test: $1: the output lacks: $2"
  fi
  echo "red:   $1"
}

# parse_check_arguments "$@": every check takes --root DIR and --self-test; sets
# $root, and runs the function self_test instead when asked.
parse_check_arguments() {
  root=$repo_root
  while (($#)); do
    case $1 in
      --root)
        root=$(cd "$2" && pwd)
        shift 2
        ;;
      --self-test)
        begin_self_test
        self_test
        exit 0
        ;;
      *) die "usage: $this_script [--root DIR] [--self-test]" ;;
    esac
  done
}
