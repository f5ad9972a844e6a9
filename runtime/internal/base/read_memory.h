// ASYNC-SIGNAL-SAFE: one system call.
//
// Copies memory that may be gone: an object whose owner did not wait for those
// who still wait for it.
//
//   int64_t count;
//   if (ReadMemory(address, &count)) ...
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_READ_MEMORY_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_READ_MEMORY_H_

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>
#include <type_traits>

namespace runtime::internal {

// The kernel copies: no fault, and nothing for a sanitizer to object to.
// Errors: false where nothing can be read; `to` has no meaning then.
template <class T>
bool ReadMemory(const void* from, T* to) {
  static_assert(std::is_trivially_copyable_v<T>);
  // Also of a pointer: NOLINTNEXTLINE(bugprone-sizeof-expression)
  constexpr size_t kBytes = sizeof(T);
  const iovec local = {.iov_base = to, .iov_len = kBytes};
  const iovec remote = {.iov_base = const_cast<void*>(from), .iov_len = kBytes};
  return syscall(SYS_process_vm_readv, getpid(), &local, 1UL, &remote, 1UL,
                 0UL) == static_cast<long>(kBytes);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_READ_MEMORY_H_
