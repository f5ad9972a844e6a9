#include "harness/process/process.h"

#include <signal.h>
#include <sys/prctl.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "harness/process/child_run.h"
#include "harness/process/orphans.h"
#include "harness/process/scratch_directory.h"
#include "harness/process/stray_hunt.h"

namespace harness {
namespace {

constexpr std::size_t kReadBufferBytes = std::size_t{64} << 10;

// Where SIGCHLD is ignored (a shell may have left it so), the kernel reaps
// children before they can say how they ended.
void DoNotIgnoreChildren() {
  struct sigaction action {};
  sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0) {
    signal(SIGCHLD, SIG_DFL);
  }
}

}  // namespace

Step Step::WaitFor(std::string text) {
  Step step;
  step.text = std::move(text);
  return step;
}

Step Step::WaitFor(Finder finder) {
  Step step;
  step.finder = std::move(finder);
  return step;
}

Step Step::SendSignal(int signal) {
  Step step;
  step.kind = Kind::kSendSignal;
  step.signal = signal;
  return step;
}

Step Step::SendInput(std::string text) {
  Step step;
  step.kind = Kind::kSendInput;
  step.text = std::move(text);
  return step;
}

Step Step::CloseInput() {
  Step step;
  step.kind = Kind::kCloseInput;
  return step;
}

class ProcessRunner::Loop {
 public:
  explicit Loop(int max_in_flight)
      : max_in_flight_(max_in_flight),
        buffer_(kReadBufferBytes),
        work_(io_.get_executor()) {
    setup_ = MakeReactor();
    DoNotIgnoreChildren();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    thread_ = std::thread([this] { Run(); });
  }

  ~Loop() {
    Wait();
    work_.reset();
    thread_.join();
  }

  void Submit(ProcessRequest request, Callback done) {
    ++unfinished_;
    boost::asio::post(io_, [this, request = std::move(request),
                            done = std::move(done)]() mutable {
      waiting_.push_back({std::move(request), std::move(done)});
      StartMore();
    });
  }

  void Stop() {
    boost::asio::post(io_, [this] {
      if (setup_.ok()) setup_ = absl::CancelledError("stopped");
      for (const std::weak_ptr<ChildRun>& run : runs_) {
        if (const auto running = run.lock()) running->Stop();
      }
      StartMore();
    });
  }

  void Wait() {
    while (const int unfinished = unfinished_) unfinished_.wait(unfinished);
  }

  const std::vector<LeakedProcess>& strays() const { return hunt_.killed(); }

 private:
  struct Job {
    ProcessRequest request;
    Callback done;
  };

  // Asio would otherwise do so with the first child, and throw.
  absl::Status MakeReactor() {
    try {
      boost::asio::steady_timer timer(io_);
      return absl::OkStatus();
    } catch (const boost::system::system_error& error) {
      return absl::ResourceExhaustedError(error.what());
    }
  }

  void Run() {
    // Signals are for the harness's other threads. SIGPIPE becomes EPIPE, and
    // no handler can run in the memory that a child shares until it executes.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    io_.run();
  }

  void StartMore() {
    while (!hunting_ && in_flight_ < max_in_flight_ && !waiting_.empty()) {
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      ++in_flight_;
      if (!setup_.ok()) {
        // A copy that shares nothing; see ChildRun::Start.
        job.done(absl::Status(setup_.code(), setup_.message()));
        OnEnded();
        continue;
      }
      const auto run = std::make_shared<ChildRun>(
          ChildRun::Surroundings{io_, buffer_, directories_, orphans_},
          std::move(job.request),
          ChildRun::Callbacks{std::move(job.done), [this] { OnEnded(); }});
      std::erase_if(runs_, [](const auto& known) { return known.expired(); });
      runs_.push_back(run);
      if (in_flight_ > 1) NobodyIsAlone();
      run->Start();
    }
  }

  void NobodyIsAlone() {
    together_ = true;
    for (const std::weak_ptr<ChildRun>& run : runs_) {
      if (const auto running = run.lock()) running->NotAlone();
    }
  }

  void OnEnded() {
    --in_flight_;
    if (in_flight_ > 0 || !std::exchange(together_, false)) return Conclude();
    hunting_ = true;
    hunt_.Begin([this] {
      hunting_ = false;
      Conclude();
    });
  }

  void Conclude() {
    // Not from here: a row of programs that cannot be started would recurse.
    boost::asio::post(io_, [this] { StartMore(); });
    if (--unfinished_ == 0) unfinished_.notify_all();
  }

  const int max_in_flight_;
  absl::Status setup_;  // why no child can be run, if so

  // Used on the loop's thread only.
  int in_flight_ = 0;
  std::deque<Job> waiting_;
  std::vector<std::weak_ptr<ChildRun>> runs_;  // those in flight are among them
  std::vector<char> buffer_;
  ScratchDirectories directories_;
  const Orphans orphans_;
  bool together_ = false;  // some of those that ran were not alone
  bool hunting_ = false;   // then nothing is started

  // Submitted, and not at its end. Not an absl::Mutex with a number, for
  // ThreadSanitizer cannot see into Debian's.
  std::atomic<int> unfinished_ = 0;

  boost::asio::io_context io_;
  StrayHunt hunt_{io_, orphans_};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_;
  std::thread thread_;
};

ProcessRunner::ProcessRunner(int max_in_flight)
    : loop_(std::make_unique<Loop>(max_in_flight)) {}

ProcessRunner::~ProcessRunner() = default;

void ProcessRunner::Submit(ProcessRequest request, Callback done) {
  loop_->Submit(std::move(request), std::move(done));
}

void ProcessRunner::Stop() { loop_->Stop(); }

void ProcessRunner::Wait() { loop_->Wait(); }

std::vector<LeakedProcess> ProcessRunner::Strays() {
  loop_->Wait();
  return loop_->strays();
}

absl::StatusOr<ProcessResult> RunProcess(const ProcessRequest& request) {
  absl::StatusOr<ProcessResult> answer = absl::InternalError("no answer");
  ProcessRunner runner(1);
  runner.Submit(request, [&answer](absl::StatusOr<ProcessResult> result) {
    answer = std::move(result);
  });
  runner.Wait();
  return answer;
}

}  // namespace harness
