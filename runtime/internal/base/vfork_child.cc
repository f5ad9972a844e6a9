// ASYNC-SIGNAL-SAFE: system calls only.
#include "runtime/internal/base/vfork_child.h"

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <iterator>

#include "runtime/internal/base/end_process.h"

namespace runtime::internal {
namespace {

// In a page that fork wipes. 0: this memory is a copy.
using Owner = std::atomic<pid_t>;
constinit std::atomic<Owner*> owner = nullptr;

Owner* MapOwner() {
  constexpr size_t kBytes = sizeof(Owner);  // a page, for the kernel
  void* const page = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (madvise(page, kBytes, MADV_WIPEONFORK) == 0) {
    return static_cast<Owner*>(page);
  }
  munmap(page, kBytes);
  return nullptr;
}

iovec Part(std::string_view text) {
  return {.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
}

}  // namespace

void NoteOwnProcess() {
  if (owner.load() == nullptr) owner.store(MapOwner());
  if (Owner* noted = owner.load()) noted->store(getpid());
}

bool InVforkChild() {
  const Owner* noted = owner.load();
  if (noted == nullptr) return false;
  const pid_t pid = noted->load();
  return pid != 0 && pid != getpid();
}

void EndVforkChild(std::string_view message) {
  const iovec line[] = {Part("fatal error: "), Part(message),
                        Part(" (in a child of vfork)\n")};
  // Nothing can be done where it cannot be said.
  static_cast<void>(writev(STDERR_FILENO, line, std::size(line)));
  _exit(kExitCrashed);
}

}  // namespace runtime::internal
