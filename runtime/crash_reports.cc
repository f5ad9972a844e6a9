#include "runtime/crash_reports.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/internal/control/gate.h"
#include "runtime/internal/diag/crash.h"
#include "runtime/internal/diag/rerun.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime {
namespace {

// main() need not hand them over.
std::vector<std::string> Arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> arguments;
  for (size_t at = 0; at < all.size();) {
    arguments.emplace_back(all.c_str() + at);
    at += arguments.back().size() + 1;
  }
  return arguments;
}

}  // namespace

void InstallCrashReports() {
  const std::vector<std::string> arguments = Arguments();
  std::vector<const char*> pointers;
  for (const std::string& one : arguments) pointers.push_back(one.c_str());
  internal::NoteCommand(static_cast<int>(pointers.size()), pointers.data());
  internal::InstallCrashHandlers();
  internal::InstallGateHandlers();
  internal::CurrentG();  // which has a signal stack, and is awake
  internal::EnsureClock();
}

}  // namespace runtime
