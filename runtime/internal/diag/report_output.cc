// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/report_output.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <new>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/end_process.h"
#include "runtime/internal/control/report.h"
#include "runtime/internal/diag/fatal_signal.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/kept_output.h"
#include "runtime/internal/diag/report_file.h"
#include "runtime/internal/diag/signal_text.h"
#include "runtime/internal/machine/guarded_call.h"
#include "runtime/internal/machine/sanitizer.h"

namespace runtime::internal {
namespace {

constexpr size_t kReportBufferBytes = 64 * 1024;
// A JSON report that is not larger is one write, so that those of several
// processes do not mix.
constexpr size_t kJsonBufferBytes = 4 * 1024 * 1024;

char buffer[kReportBufferBytes];
char small_json_buffer[4096];  // when nothing can be mapped
alignas(Printer) unsigned char printer_storage[sizeof(Printer)];
alignas(JsonReport) unsigned char json_storage[sizeof(JsonReport)];
JsonReport silent;  // of printers that print no report
std::atomic<int> depth = 0;
std::atomic<bool> reported_before = false;
// If not, descriptor 2 was closed before Main: what has its number now is no
// standard error.
std::atomic<bool> had_stderr = true;
KeptOutput kept_stderr;
// One after the other, so that a report that begins meanwhile finds the one it
// was told of unchanged.
constexpr unsigned kCopySlots = 8;
KeptOutput copies[kCopySlots];
std::atomic<unsigned> copies_made = 0;
std::atomic<int> report_copy = -1;  // its slot
// What earlier reports have waited for the sinks' readers: who does not read
// costs the process one deadline, not each report one.
enum SinkIndex { kStandardError, kCopy, kFile, kSinks };
std::atomic<int64_t> waited_ns[kSinks] = {};
std::atomic<pid_t> reporter = 0;
// The reporter's.
int crash_output = -1;
sigset_t mask_before;

Printer& ThePrinter() {
  return *std::launder(reinterpret_cast<Printer*>(printer_storage));
}

JsonReport& TheJson() {
  return *std::launder(reinterpret_cast<JsonReport*>(json_storage));
}

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

int StandardError() {
  if (!had_stderr.load()) return -1;
  return IsOpen(STDERR_FILENO) ? STDERR_FILENO : kept_stderr.Find();
}

int Copy() {
  const int slot = report_copy.load();
  return slot < 0 ? -1 : copies[slot].Find();
}

// What was cut off there must not run into this report.
void EndTornLine(int fd) {
  char newline[1];
  Printer out(newline, GetConfig().report_deadline_ms);
  out.AddSink(fd);
  out.Char('\n').Flush();
}

void AddSinks(Printer& out) {
  out.AddSink(StandardError(), waited_ns[kStandardError].load());
  out.AddSink(Copy(), waited_ns[kCopy].load());
  const ReportFile file = OpenReportFile(GetConfig().CrashOutput());
  crash_output = file.fd;
  if (file.is_torn) EndTornLine(file.fd);
  out.AddSink(crash_output, waited_ns[kFile].load());
}

// While it reports a thread hears of nothing but its own faults and its clock:
// a handler of the program's might end the process, a SIGQUIT would report from
// within the report.
void HoldSignals() {
  sigset_t held;
  sigfillset(&held);
  for (const FatalSignal& signal : kFatalSignals) {
    if (signal.number != SIGQUIT) sigdelset(&held, signal.number);
  }
  sigdelset(&held, kTickSignal);
  pthread_sigmask(SIG_SETMASK, &held, &mask_before);
}

// On a stack that has overflowed the frames of a report lie where the program's
// were, whose red zones a sanitizer remembers.
void ForgetFramesBelow() {
  constexpr uintptr_t kBytes = 256 * 1024;
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  UnpoisonFrames(here - kBytes, here);
}

void ReleaseSignals() { pthread_sigmask(SIG_SETMASK, &mask_before, nullptr); }

void KeepWaits(const Printer& out) {
  for (int sink = 0; sink < kSinks; ++sink) {
    waited_ns[sink].store(out.waited_ns(sink));
  }
}

std::span<char> JsonBuffer() {
  void* const memory = mmap(nullptr, kJsonBufferBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return small_json_buffer;
  return {static_cast<char*>(memory), kJsonBufferBytes};
}

void BeginJson() {
  const char* const path = GetConfig().JsonReport();
  if (path == nullptr) {
    new (json_storage) JsonReport;
  } else {
    new (json_storage)
        JsonReport(path, JsonBuffer(), GetConfig().report_deadline_ms);
  }
}

}  // namespace

void KeepStandardError() {
  had_stderr.store(IsOpen(STDERR_FILENO));
  if (had_stderr.load()) kept_stderr.Keep(STDERR_FILENO);
  KeepReportFolder(GetConfig().CrashOutput());
  KeepReportFolder(GetConfig().JsonReport());
}

int SetReportCopy(int fd) {
  int slot = -1;
  if (fd >= 0) {
    slot = static_cast<int>(copies_made.fetch_add(1) % kCopySlots);
    if (const int error = copies[slot].Keep(fd); error != 0) return error;
  }
  const int before = report_copy.exchange(slot);
  waited_ns[kCopy].store(0);
  // A report that is being printed may still write to it.
  if (before >= 0 && depth.load() == 0) copies[before].Close();
  return 0;
}

Printer& BeginReport() {
  switch (depth.fetch_add(1)) {
    case 0: {
      reporter.store(gettid());
      InstallReportHandlers();
      HoldSignals();
      ForgetFramesBelow();
      StartTicks();
      auto* out =
          new (printer_storage) Printer(buffer, GetConfig().report_deadline_ms);
      AddSinks(*out);
      BeginJson();
      if (reported_before.exchange(true)) out->Char('\n');
      return *out;
    }
    case 1:
      TheJson().Interrupt();
      ThePrinter().Str("\npanic during panic\n").Flush();
      return ThePrinter();
    case 2:
      _exit(kExitCrashedWhileCrashing);
    default:
      _exit(kExitCrashedAgain);
  }
}

bool CrashedWhileCrashing() { return depth.load() > 1; }

bool IsReporting() { return reporter.load() != 0; }

bool ThisThreadReports() { return reporter.load() == gettid(); }

void EndReport(Printer& out) {
  out.Flush();
  KeepWaits(out);
  TheJson().End(kExitCrashed);
  if (crash_output >= 0) close(crash_output);
  StopTicks();
  reporter.store(0);
  depth.store(0);
  ReleaseSignals();
}

// What it holds of the parent's, a descriptor and memory, goes with it.
void ForgetReport() {
  ForgetTicks();
  reporter.store(0);
  depth.store(0);
  reported_before.store(false);
}

JsonReport& JsonOf(const Printer& out) {
  const bool is_report = &out == &ThePrinter() && depth.load() != 0;
  return is_report ? TheJson() : silent;
}

}  // namespace runtime::internal
