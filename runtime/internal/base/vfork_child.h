// ASYNC-SIGNAL-SAFE: system calls only.
//
// A child of vfork, and of any clone that shares memory, runs in its parent's:
// a report there would close the parent's exit gate. It may crash all the same,
// and then only ends.
//
//   if (InVforkChild()) EndVforkChild("abort");
//
// Source: MADV_WIPEONFORK (Linux 4.14) tells it from a child with a copy, which
// reports as any process, also when no fork handler has run.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_VFORK_CHILD_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_VFORK_CHILD_H_

#include <string_view>

namespace runtime::internal {

// This process is the one whose memory this is. Call at start-up and in the
// child of fork. Errors: none; without the page nobody is a child of vfork.
void NoteOwnProcess();

bool InVforkChild();

// One line of what it would have reported, status 2.
[[noreturn]] void EndVforkChild(std::string_view message);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_VFORK_CHILD_H_
