// Ctrl-C as an event instead of an end: what runs is ended first, with all that
// it has started, and what is known by then is still printed.
//
//   ProcessRunner runner(4);
//   Interrupt interrupt([&runner] { runner.Stop(); });
//   while (interrupt.signal() == 0) ...

#ifndef LASTWORDS_HARNESS_CLI_INTERRUPT_H_
#define LASTWORDS_HARNESS_CLI_INTERRUPT_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace harness {

// SIGINT, SIGTERM, SIGHUP and SIGQUIT, those which are not ignored (`nohup` is
// obeyed); and SIGPIPE, see print.h. The first calls `stop`. More of them
// change nothing: timeout(1) and shells send two.
//
// Safety: at most one at a time, made before any thread that does not block
// signals. `stop` is called on a thread of its own.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> stop);
  ~Interrupt();

  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // The one that came, or 0.
  int signal() const { return signal_; }

 private:
  void Listen();

  const std::function<void()> stop_;
  sigset_t awaited_;
  sigset_t before_;
  std::atomic<int> signal_ = 0;
  std::atomic<bool> over_ = false;
  std::thread listener_;
};

// Says so on standard error: "lastwords: interrupted by SIGINT". Returns the
// exit status that a shell gives such an end, 130 for SIGINT.
int Interrupted(int signal);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_INTERRUPT_H_
