#include "runtime/debug.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "runtime/internal/base/print.h"
#include "runtime/internal/diag/report_output.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/machine/stack.h"
#include "runtime/internal/machine/unwind.h"
#include "runtime/internal/sched/scheduler.h"
#include "runtime/panic.h"

#if defined(__x86_64__)
#define LASTWORDS_TRAP "int3"
#elif defined(__aarch64__)
#define LASTWORDS_TRAP "brk #0"
#endif

namespace runtime {
namespace {

// The text that `print` prints. A printer writes to descriptors, so to a file
// in memory.
template <class Print>
std::string Captured(Print print) {
  const int file = memfd_create("stack", MFD_CLOEXEC);
  if (file < 0) return std::string();
  char buffer[4096];
  internal::Printer out(buffer);
  out.AddSink(file);
  print(out);
  out.Flush();
  std::string text(static_cast<size_t>(lseek(file, 0, SEEK_CUR)), '\0');
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  close(file);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

}  // namespace

size_t SetMaxStack(size_t bytes) {
  internal::G* const self = internal::CurrentG();
  if (!self->stack.empty()) {
    internal::LimitStack(
        &self->stack, bytes,
        reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
  }
  return internal::SetStackLimit(bytes);
}

int SetCrashOutput(int fd) { return internal::SetReportCopy(fd); }

int SetMaxThreads(int threads) { return internal::SetThreadLimit(threads); }

void SetTraceback(std::string_view level) {
  const auto parsed = internal::ParseTracebackLevel(level);
  if (!parsed) Panic("SetTraceback: unknown level " + std::string(level));
  internal::RequestTracebackLevel(*parsed);
}

__attribute__((noinline)) std::string Stack(bool all) {
  internal::StackTrace trace;
  internal::UnwindHere(/*skip=*/1, &trace);
  const internal::G* const self = internal::CurrentG();
  internal::TracebackOptions options = internal::CurrentTracebackOptions();
  options.level = std::max(options.level, internal::TracebackLevel::kSingle);
  const std::string text = Captured([&](internal::Printer& out) {
    internal::PrintGoroutine(out, self, trace, options);
    if (all) internal::PrintOtherGoroutines(out, self, options);
  });
  return text.substr(text.empty() ? 0 : 1);  // the blank line between sections
}

__attribute__((noinline)) void PrintStack() {
  const std::string text = Stack();
  // Nothing can be done about a standard error that cannot be written.
  static_cast<void>(!write(STDERR_FILENO, text.data(), text.size()));
}

bool SetPanicOnFault(bool enabled) {
  return std::exchange(internal::CurrentG()->panic_on_fault, enabled);
}

__attribute__((noinline)) void Breakpoint() { asm volatile(LASTWORDS_TRAP); }

__attribute__((noinline)) void Abort() {
  for (;;) asm volatile(LASTWORDS_TRAP);
}

}  // namespace runtime
