#include "runtime/go.h"

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/vfork_child.h"
#include "runtime/internal/control/gate.h"
#include "runtime/internal/control/panic_state.h"
#include "runtime/internal/diag/crash.h"
#include "runtime/internal/diag/fatal_signal.h"
#include "runtime/internal/diag/rerun.h"
#include "runtime/internal/sched/scheduler.h"

namespace runtime {
namespace {

struct Arguments {
  int count = 0;
  char** values = nullptr;
};
constinit Arguments arguments;

// Static constructors may crash too. Those of the program's own run after this.
__attribute__((constructor(101))) void ReportFaultsBeforeMain() {
  internal::NoteOwnProcess();
  internal::InstallFatalSignalHandlers();
}

}  // namespace

void Gosched() { internal::Yield(); }

void Goexit() { internal::StartGoexit(); }

void Exit(int status) { internal::ExitThroughGate(status); }

void LockOsThread() { internal::LockToThread(); }
void UnlockOsThread() { internal::UnlockFromThread(); }

int NumGoroutine() { return internal::GoroutineCount(); }

int MaxProcs() { return internal::GetConfig().max_procs; }

void Main(int argc, char** argv, void (*main)()) {
  arguments = {argc, argv};
  internal::GetConfig();
  internal::NoteCommand(argc, argv);
  internal::InstallCrashHandlers();
  internal::InstallGateHandlers();
  internal::RunMain(main);
}

int ArgCount() { return arguments.count; }
const char* Arg(int index) { return arguments.values[index]; }

}  // namespace runtime
