#!/usr/bin/env bash
# A file with a line "// ASYNC-SIGNAL-SAFE: ..." in its opening comment runs
# while the program dies: in a signal handler, perhaps with a lock of malloc or
# stdio held. It may not call what allocates, locks or prints through libc.
#
# This reads words, not meaning: it sees a forbidden name in the file itself,
# not one behind a call. An exception is a comment on the line, or on a line of
# its own before it, that names the word and says why:
#   // CRASH-PATH-ALLOW(fflush): its lock was tried and is free.
# An exception that excepts nothing is an error.
#
#   ci/check_crash_path.sh [--root DIR]   check the tree
#   ci/check_crash_path.sh --self-test    check the check
set -euo pipefail
# shellcheck source=ci/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Files that must have that line: nobody may leave this check by forgetting a
# comment. Then those that need not: tests, and the terminate handler, which
# makes a panic of an exception in ordinary code, before anything dies.
must_be_marked='^runtime/internal/(base/print[.](h|cc)|diag/[^/]*[.]cc)$'
need_not='_test[.]cc$|/diag/(exception_panic|throw_hook)[.]cc$'

# Forbidden words: whole identifiers, of C's library and of namespaces std and
# absl (written with or without the namespace where that is unambiguous).
forbidden='
malloc calloc realloc reallocarray free aligned_alloc posix_memalign strdup strndup
printf fprintf vprintf vfprintf dprintf vdprintf sprintf snprintf vsnprintf asprintf
puts fputs fputc putchar putc fwrite fread fopen fdopen fclose fflush setvbuf perror
fgets getline popen system
strerror strerror_r strsignal getenv setenv localtime gmtime ctime strftime
getpwuid gethostbyname syslog dlopen dlsym dlclose backtrace backtrace_symbols
exit quick_exit atexit at_quick_exit
pthread_mutex_lock pthread_mutex_trylock pthread_cond_wait pthread_create pthread_join
std::string std::wstring std::vector std::deque std::list std::map std::set
std::multimap std::multiset std::unordered_map std::unordered_set std::function
std::any std::shared_ptr std::make_shared std::make_unique std::to_string
std::ostream std::ostringstream std::stringstream std::ofstream std::ifstream
std::cout std::cerr std::clog std::endl std::format std::locale
std::mutex std::recursive_mutex std::shared_mutex std::lock_guard std::unique_lock
std::scoped_lock std::shared_lock std::condition_variable std::call_once
std::thread std::async std::future std::promise std::regex std::stoi
absl::StrCat absl::StrAppend absl::StrFormat absl::StrJoin absl::StrSplit absl::Cord
absl::PrintF absl::FPrintF absl::Substitute absl::AnyInvocable absl::Status absl::StatusOr
absl::InlinedVector absl::flat_hash_map absl::flat_hash_set absl::node_hash_map
absl::Mutex absl::MutexLock absl::ReaderMutexLock absl::WriterMutexLock absl::CondVar
absl::Notification absl::FormatTime
new delete throw
'

self_test() {
  put runtime/internal/base/print.h <<<'// ASYNC-SIGNAL-SAFE: no allocation.'
  put runtime/internal/base/print.cc <<<'// ASYNC-SIGNAL-SAFE: no allocation.'
  put runtime/internal/diag/good.cc <<'X'
// What it does.
// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include <unistd.h>
// printf("only a comment") and /* malloc */
/* std::string
   malloc(1) */
std::string_view Text() { return "malloc(1) // new"; }
struct Slot { Slot(const Slot&) = delete; void operator delete(void*); };
void Grow(void* place) { new (place) int(3); ::new (place) Slot; }
void Words() { renew(); my_free(); pool.free(1); Frame::exit(); _exit(2); }
// CRASH-PATH-ALLOW(fflush): its lock was tried and is free.
void Flush() { fflush(stdout); }
void Name() { getenv("A"); }  // CRASH-PATH-ALLOW(getenv): before the first crash.
X
  put runtime/internal/sched/unmarked.cc <<<'void* p = malloc(1);'
  put runtime/internal/sched/function.h <<'X'
// What it does.

// ASYNC-SIGNAL-SAFE: this function alone.
void F();
void* G() { return malloc(1); }
X
  put runtime/internal/diag/crash.h <<<'void Install();'
  put runtime/internal/diag/print_test.cc <<<'std::string s;'
  expect_green 'a clean file, and one without the marker that allocates'

  local word
  for word in 'malloc(1);' 'auto p = new int;' 'std::string s;' 'std::vector<int> v;' \
    'std::printf("x");' 'std::cerr << 1;' 'auto s = absl::StrCat("a", 1);' \
    'std::mutex mu;' 'std::lock_guard lock(mu);' 'absl::MutexLock lock(&mu);' \
    'throw 1;' 'delete p;' 'exit(2);' 'char c = *getenv("A");'; do
    put runtime/internal/diag/bad.cc <<X
// ASYNC-SIGNAL-SAFE: nothing.
void F() {
  $word
}
X
    expect_red "$word" 'runtime/internal/diag/bad.cc:3: error: not on the crash path'
  done

  put runtime/internal/diag/bad.cc <<'X'
// ASYNC-SIGNAL-SAFE: nothing.
void F() { malloc(1); }  // CRASH-PATH-ALLOW(free): of another word.
X
  expect_red 'an exception for another word' 'not on the crash path: malloc'
  expect_red 'an exception that excepts nothing' 'nothing to allow here: free'
  put runtime/internal/diag/bad.cc <<'X'
// ASYNC-SIGNAL-SAFE: nothing.
void F() { malloc(1); }  // CRASH-PATH-ALLOW(malloc)
X
  expect_red 'an exception without a reason' 'say why'
  put runtime/internal/diag/bad.cc <<<'// ASYNC-SIGNAL-SAFE: mended'
  put runtime/internal/diag/bad.cc <<<'void Dump();'
  expect_red 'a source file of diag without the marker' \
    'runtime/internal/diag/bad.cc:1: error: runs on the crash path: its opening comment must say'
  put runtime/internal/diag/bad.cc <<<'// ASYNC-SIGNAL-SAFE: mended'
  put runtime/internal/base/print.cc <<<'void Print();'
  expect_red 'a crash path file without the marker' \
    'runtime/internal/base/print.cc:1: error: runs on the crash path: its opening comment must say'
}

parse_check_arguments "$@"
# shellcheck disable=SC2154  # $root: parse_check_arguments sets it
cd "$root"
mapfile -t files < <(our_files . 'runtime/*.h' 'runtime/*.cc')
((${#files[@]})) || finish crash_path '' 0

export must_be_marked need_not forbidden
# shellcheck disable=SC2154  # $awk_code_of: lib.sh sets it
breaches=$(awk "$awk_code_of"'
function Breach(line, text) {
  printf "%s:%d: error: %s\n", FILENAME, line, text
}

# The exceptions granted by the comments of a line.
function ReadAllowed(line,   word) {
  while (match(line, /CRASH-PATH-ALLOW\([a-zA-Z_:]+\)/)) {
    word = substr(line, RSTART + 17, RLENGTH - 18)
    line = substr(line, RSTART + RLENGTH)
    granted[word] = FNR
    if (line !~ /^: *[^ ]/) Breach(FNR, "CRASH-PATH-ALLOW(" word "): say why")
  }
}

function EndOfExceptions(   word) {
  for (word in granted) {
    if (granted[word]) Breach(granted[word], "nothing to allow here: " word)
    delete granted[word]
  }
}

function Use(word) {
  if (word in granted) granted[word] = 0
  else Breach(FNR, "not on the crash path: " word)
}

function CheckCode(code,   word, before, last) {
  last = ""
  while (match(code, /[A-Za-z_][A-Za-z_0-9:]*/)) {
    before = substr(code, 1, RSTART - 1)
    word = substr(code, RSTART, RLENGTH)
    code = substr(code, RSTART + RLENGTH)
    sub(/:+$/, "", word)
    if (!(word in is_forbidden) && word ~ /^std::/) sub(/^std::/, "", word)
    if (word in is_forbidden && !IsInnocent(word, before, code, last)) Use(word)
    last = word
  }
}

# Members of that name, deleted functions, and placement new.
function IsInnocent(word, before, after, last) {
  if (before ~ /(\.|->)$/) return 1
  if (last == "operator") return 1
  if (word == "delete" && before ~ /= *$/ && after ~ /^ *;/) return 1
  if (word == "new" && after ~ /^ *\(/) return 1
  return 0
}

BEGIN {
  n = split(ENVIRON["forbidden"], words, /[ \n]+/)
  for (i = 1; i <= n; i++) if (words[i] != "") is_forbidden[words[i]] = 1
  must_be_marked = ENVIRON["must_be_marked"]
  need_not = ENVIRON["need_not"]
}

FNR == 1 {
  in_comment = marked = 0
  in_head = 1
}

in_head && /^\/\/ ASYNC-SIGNAL-SAFE:/ { marked = 1 }
in_head && !/^\/\// {
  in_head = 0
  if (!marked && FILENAME ~ must_be_marked && FILENAME !~ need_not)
    Breach(1, "runs on the crash path: its opening comment must say // ASYNC-SIGNAL-SAFE:")
}

marked {
  ReadAllowed($0)
  code = CodeOf($0)
  if (code !~ /[^ \t]/) next
  if (code !~ /^[ \t]*#/) CheckCode(code)
  EndOfExceptions()
}
' "${files[@]}")
finish crash_path "$breaches" "${#files[@]}"
