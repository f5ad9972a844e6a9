#include "harness/cli/interrupt.h"

#include <cstdio>
#include <utility>

#include "harness/spec/ends.h"

namespace harness {
namespace {

constexpr int kShellSignalBase = 128;

bool IsIgnored(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

sigset_t NotIgnored() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    if (!IsIgnored(signal)) sigaddset(&set, signal);
  }
  sigaddset(&set, SIGPIPE);
  // Nobody sends it; it is how the listener is told to end.
  sigaddset(&set, SIGURG);
  return set;
}

}  // namespace

Interrupt::Interrupt(std::function<void()> stop)
    : stop_(std::move(stop)), awaited_(NotIgnored()) {
  pthread_sigmask(SIG_BLOCK, &awaited_, &before_);
  listener_ = std::thread([this] { Listen(); });
}

Interrupt::~Interrupt() {
  over_ = true;
  pthread_kill(listener_.native_handle(), SIGURG);
  listener_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::Listen() {
  while (!over_) {
    int signal = 0;
    if (sigwait(&awaited_, &signal) != 0 || signal == SIGURG) continue;
    if (signal_ != 0) continue;
    signal_ = signal;
    stop_();
  }
}

int Interrupted(int signal) {
  std::fflush(stdout);
  if (signal == SIGPIPE) {
    std::fprintf(stderr, "lastwords: interrupted: standard output is closed\n");
  } else {
    std::fprintf(stderr, "lastwords: interrupted by %s\n",
                 SignalName(signal).c_str());
  }
  return kShellSignalBase + signal;
}

}  // namespace harness
