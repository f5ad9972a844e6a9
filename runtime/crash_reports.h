// Crash reports for a program without goroutines, of std::threads or of one.
//
//   int main() {
//     runtime::InstallCrashReports();
//     std::thread worker([] { throw std::runtime_error("no flour"); });
//     worker.join();
//   }
//   panic: std::runtime_error: no flour
//
//   goroutine 0 [running]:
//   ...
#ifndef LASTWORDS_RUNTIME_CRASH_REPORTS_H_
#define LASTWORDS_RUNTIME_CRASH_REPORTS_H_

namespace runtime {

// From now on faults, aborts, exceptions that nobody catches and panics end the
// process with a report, as from Main on (go.h says which signals, and what of
// handlers that are there). Panic, Defer, Protect, Recover, channels and locks
// work on any thread; an exit waits for the reports of panics in flight. The
// thread that calls this is goroutine 1, any other is printed as goroutine 0;
// those that did not crash follow, by name.
//
// Starts one thread, the clock's. Go needs Main, which may still be called.
// Safety: from main(), before other threads.
void InstallCrashReports();

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_CRASH_REPORTS_H_
