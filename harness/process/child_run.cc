#include "harness/process/child_run.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

namespace posix = boost::asio::posix;
using boost::system::error_code;

// What one child may keep the loop busy with before others have their turn.
constexpr std::size_t kTurnBytes = std::size_t{1} << 20;

constexpr std::size_t kBytesPerKiB = 1024;

ChildRun::Clock::duration ToChrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

std::vector<Relative> StillRunning(const std::vector<Relative>& relatives) {
  std::vector<Relative> running;
  std::copy_if(relatives.begin(), relatives.end(), std::back_inserter(running),
               [](const Relative& relative) { return !relative.exiting; });
  return running;
}

bool Contains(const std::vector<Relative>& relatives, const Relative& one) {
  return std::any_of(
      relatives.begin(), relatives.end(),
      [&one](const Relative& other) { return other.pid == one.pid; });
}

void HandOver(FileDescriptor& from, posix::stream_descriptor& to,
              error_code& error) {
  if (!from.valid() || error) return;
  to.assign(from.get(), error);
  if (!error) from.release();
}

std::optional<Capture> Apart(const ProcessRequest& request) {
  if (!request.separate_streams) return std::nullopt;
  return Capture(request.limits.kept_bytes / 2, request.limits.kept_bytes / 2);
}

}  // namespace

ChildRun::ChildRun(const Surroundings& surroundings, ProcessRequest request,
                   Callbacks callbacks)
    : buffer_(surroundings.buffer),
      directories_(surroundings.directories),
      orphans_(surroundings.orphans),
      request_(std::move(request)),
      callbacks_(std::move(callbacks)),
      timer_(surroundings.io),
      pidfd_(surroundings.io),
      out_{Descriptor(surroundings.io), Apart(request_)},
      err_{Descriptor(surroundings.io), Apart(request_)},
      output_(request_.limits.kept_bytes / 2, request_.limits.kept_bytes / 2),
      input_(surroundings.io),
      to_feed_(request_.stdin_text),
      conversation_(request_.steps) {}

// ---------------------------------------------------------------- beginning

void ChildRun::Start() {
  absl::Status status = TryStart();
  if (!status.ok()) {
    answered_ = true;
    // Moved: ThreadSanitizer cannot see Debian's Abseil count references.
    callbacks_.answered(std::move(status));
    Finish();
    return;
  }
  Watch(out_);
  if (err_.pipe.is_open()) Watch(err_);
  WatchProgram();
  Enter(State::kRunning, started_ + ToChrono(request_.limits.time));
  WakeAt(state_deadline_);
  conversation_.Hear("");
  TakeSteps();
}

void ChildRun::Stop() {
  if (state_ > State::kSettling || state_ == State::kKilling) return;
  stopped_ = true;
  if (state_ == State::kSettling) return BeginSweep(FindLeft());
  KillAll();
}

absl::Status ChildRun::TryStart() {
  LaunchOptions options;
  options.directory = request_.working_directory;
  if (options.directory.empty()) {
    absl::StatusOr<std::string> made = directories_.Take();
    if (!made.ok()) return made.status();
    options.directory = scratch_directory_ = *std::move(made);
  }
  options.tag = TreeTag::Next();
  options.with_input = !to_feed_.empty() || conversation_.MoreInputToCome();

  started_ = Clock::now();
  absl::StatusOr<LaunchedProgram> launched = Launch(request_, options);
  if (!launched.ok()) return launched.status();
  pid_ = launched->pid;
  tree_ = Tree(pid_, options.tag);
  error_code error;
  HandOver(launched->pidfd, pidfd_, error);
  HandOver(launched->output, out_.pipe, error);
  HandOver(launched->error, err_.pipe, error);
  HandOver(launched->input, input_, error);
  if (!error) return absl::OkStatus();
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  return absl::ResourceExhaustedError(
      absl::StrCat("cannot watch the program: ", error.message()));
}

void ChildRun::Enter(State state, Clock::time_point deadline) {
  state_ = state;
  state_entered_ = Clock::now();
  state_deadline_ = deadline;
  look_interval_ = kFirstLook;
}

ChildRun::Clock::time_point ChildRun::Latest(Clock::duration from_now) const {
  const auto limit = started_ + ToChrono(request_.limits.time);
  return std::min(Clock::now() + from_now, limit + kDumpGrace);
}

// ------------------------------------------------------------------- output

void ChildRun::Watch(Stream& stream) {
  stream.pipe.async_wait(Descriptor::wait_read, [self = shared_from_this(),
                                                 &stream](error_code error) {
    if (!error) self->OnReadable(stream);
  });
}

void ChildRun::OnReadable(Stream& stream) {
  if (!stream.pipe.is_open()) return;
  Drain(stream, kTurnBytes);
  if (state_ == State::kRunning &&
      output_.total_bytes() > request_.limits.output_kill_bytes) {
    KillAll();
  }
  if (stream.pipe.is_open()) {
    Watch(stream);
  } else if (state_ == State::kSettling) {
    Settle();
  }
}

void ChildRun::Drain(Stream& stream, std::size_t limit_bytes) {
  while (stream.pipe.is_open() && limit_bytes > 0) {
    const ssize_t count =
        read(stream.pipe.native_handle(), buffer_.data(), buffer_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      stream.pipe.close();
      return;
    }
    const auto size = static_cast<std::size_t>(count);
    OnText(stream, std::string_view(buffer_.data(), size));
    limit_bytes -= std::min(limit_bytes, size);
  }
}

// All that was written up to now, and not what a flood adds meanwhile.
void ChildRun::DrainWhatIsThere() {
  for (Stream* stream : {&out_, &err_}) {
    if (!stream->pipe.is_open()) continue;
    int there = 0;
    ioctl(stream->pipe.native_handle(), FIONREAD, &there);
    Drain(*stream, static_cast<std::size_t>(there) + 1);  // + 1: sees the end
  }
}

void ChildRun::OnText(Stream& stream, std::string_view text) {
  output_.Append(text);
  if (stream.apart.has_value()) stream.apart->Append(text);
  result_.excessive_output =
      output_.total_bytes() > request_.limits.output_bytes;
  conversation_.Hear(text);
  TakeSteps();
}

bool ChildRun::PipesHeld() const {
  return out_.pipe.is_open() || err_.pipe.is_open();
}

// ---------------------------------------------------------- steps and input

void ChildRun::TakeSteps() {
  // At the end of the program or at the limit, the conversation is over.
  if (!program_runs() || state_ != State::kRunning) return;
  while (const Step* step = conversation_.Due()) {
    if (step->kind == Step::Kind::kSendSignal) {
      kill(pid_, step->signal);
    } else {
      to_feed_.append(step->text);  // closing: none, and Feed sees the end
    }
    conversation_.Taken();
    conversation_.Hear("");
  }
  Feed();
}

void ChildRun::Feed() {
  while (input_.is_open() && !to_feed_.empty()) {
    const ssize_t count =
        write(input_.native_handle(), to_feed_.data(), to_feed_.size());
    if (count >= 0) {
      to_feed_.erase(0, static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      input_.async_wait(Descriptor::wait_write,
                        [self = shared_from_this()](error_code error) {
                          if (!error) self->Feed();
                        });
      return;
    } else if (errno != EINTR) {
      input_.close();  // it does not want to hear any more, as it may
    }
  }
  if (input_.is_open() && !conversation_.MoreInputToCome()) input_.close();
}

// --------------------------------------------------------- the program's end

void ChildRun::WatchProgram() {
  pidfd_.async_wait(Descriptor::wait_read,
                    [self = shared_from_this()](error_code error) {
                      if (!error) self->OnProgramEnd();
                    });
}

bool ChildRun::ProgramHasEnded() const {
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid == pid_;
}

void ChildRun::OnProgramEnd() {
  if (reaped_) return;
  int status = 0;
  rusage usage{};
  const pid_t waited = wait4(pid_, &status, WNOHANG, &usage);
  if (waited == 0) return WatchProgram();
  reaped_ = true;
  pidfd_.close();
  if (input_.is_open()) input_.close();
  result_.wall = absl::FromChrono(Clock::now() - started_);
  result_.user_time = absl::DurationFromTimeval(usage.ru_utime);
  result_.system_time = absl::DurationFromTimeval(usage.ru_stime);
  result_.max_rss_bytes =
      static_cast<std::size_t>(usage.ru_maxrss) * kBytesPerKiB;
  if (waited == pid_) {
    FillEnd(status);
  } else if (!std::exchange(answered_, true)) {
    callbacks_.answered(absl::InternalError(
        "someone else in this process waited for the program, so that how it "
        "ended is lost"));
  }
  if (state_ == State::kKilling) return BeginSweep({});
  if (state_ == State::kSweeping) return;
  Enter(State::kSettling, Latest(kSettleGrace));
  Settle();
}

void ChildRun::FillEnd(int status) {
  using End = ProcessResult::End;
  if (WIFSIGNALED(status)) {
    result_.end = End::kSignaled;
    result_.signal = WTERMSIG(status);
    result_.core_dumped = WCOREDUMP(status);
  } else {
    result_.end = End::kExited;
    result_.exit_code = WEXITSTATUS(status);
  }
}

void ChildRun::WakeAt(Clock::time_point when) {
  timer_.expires_at(when);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) self->OnTimer();
  });
}

void ChildRun::OnTimer() {
  if (state_ == State::kSettling) return Settle();
  if (state_ == State::kSweeping) return Sweep();
  if (Clock::now() < state_deadline_) return;  // of the state before this one
  if (state_ == State::kRunning) return OnTimeLimit();
  if (state_ == State::kDumping) return KillAll();
  if (state_ == State::kKilling) return BeginSweep({});
}

void ChildRun::OnTimeLimit() {
  // On a busy machine the timer may be seen first.
  if (ProgramHasEnded()) return OnProgramEnd();
  DrainWhatIsThere();
  timed_out_ = true;
  if (!request_.hang_dump) return KillAll();
  // As ctrl-\ does. Then wake up what has stopped itself.
  kill(-pid_, SIGQUIT);
  kill(-pid_, SIGCONT);
  Enter(State::kDumping, Clock::now() + kDumpGrace);
  WakeAt(state_deadline_);
}

void ChildRun::KillAll() {
  const std::vector<Relative> relatives = FindTree();
  killed_ = true;
  NameLeaks(StillRunning(relatives));
  ExcuseThoseExiting(relatives);
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  Kill(relatives);
  Enter(State::kKilling, Clock::now() + kKillGrace);
  WakeAt(state_deadline_);
}

// ------------------------------------------------------------ the tree's end

std::vector<Relative> ChildRun::FindTree() const {
  const bool young = Clock::now() - started_ < kQuickSearchAge;
  return tree_.Find(young ? Tree::Search::kQuick : Tree::Search::kThorough);
}

Orphans::Belongs ChildRun::BelongsToUs() const {
  if (!alone_) return Orphans::To(tree_);
  return [ours = Orphans::To(tree_), stray = orphans_.ToNobody()](pid_t pid) {
    return ours(pid) || stray(pid);
  };
}

// Empty only if nothing is left for sure.
std::vector<Relative> ChildRun::FindLeft(std::vector<Relative>* met) const {
  if (!reaped_) return Reap(FindTree());
  std::vector<Relative> orphans;
  for (int look = 0; look < kNewbornLooks; ++look) {
    orphans = orphans_.Find(BelongsToUs(), met);
    if (orphans.empty()) return {};
    std::vector<Relative> left = FindTree();
    for (const Relative& orphan : orphans) {
      if (!Contains(left, orphan)) left.push_back(orphan);
    }
    left = Reap(std::move(left));
    if (!left.empty()) return left;
  }
  return orphans;
}

void ChildRun::Settle() {
  DrainWhatIsThere();
  const std::vector<Relative> left = FindLeft();
  if (left.empty() && !PipesHeld()) return Finish();
  if (MayStillSettle(left)) return LookAgain();
  std::vector<Relative> leaks = StillRunning(left);
  if (leaks.empty() && PipesHeld()) {
    Stream& held = out_.pipe.is_open() ? out_ : err_;
    leaks = holders_ = StillRunning(Tree::Holders(held.pipe.native_handle()));
  }
  NameLeaks(leaks);
  ExcuseThoseExiting(left);
  BeginSweep(leaks);
}

bool ChildRun::MayStillSettle(const std::vector<Relative>& left) const {
  const auto now = Clock::now();
  if (now < state_deadline_) return true;
  // One that waits for its turn on a busy machine has not had a chance to end.
  const bool had_no_chance =
      std::any_of(left.begin(), left.end(), [](const Relative& relative) {
        return relative.runnable && !relative.exiting;
      });
  return had_no_chance && now < state_entered_ + kRunnableGrace &&
         now < Latest(kRunnableGrace);
}

void ChildRun::BeginSweep(const std::vector<Relative>& leaks) {
  Kill(leaks);
  Enter(State::kSweeping, Clock::now() + kBuryDeadline);
  Sweep();
}

void ChildRun::Sweep() {
  DrainWhatIsThere();
  std::vector<Relative> met;
  if (reaped_) NameLeaks(orphans_.Chase(BelongsToUs(), &met));
  const std::vector<Relative> left = FindLeft(&met);
  met.insert(met.end(), left.begin(), left.end());
  // Who was not there when a tree was given up was started by one that should
  // have ended by then, even if it is never seen while it runs. What we have
  // ended may have started what is good.
  NameLeaks(ended_by_us() ? StillRunning(met) : met);
  holders_ = Reap(holders_);
  Kill(left);
  const auto now = Clock::now();
  const bool nothing_left = left.empty() && holders_.empty() && reaped_;
  if (nothing_left || now >= state_deadline_) return Finish();
  if (now >= state_entered_ + kSweepGrace) Answer();
  LookAgain();
}

void ChildRun::NameLeaks(const std::vector<Relative>& leaks) {
  for (const Relative& leak : leaks) {
    if (!judged_.insert(leak.pid).second) continue;
    // Who is in the group of a program that we have ended was ended along with
    // it, and may only not have had its turn to die.
    if (ended_by_us() && leak.group == pid_) continue;
    result_.leaks.push_back(Describe(leak));
  }
}

void ChildRun::ExcuseThoseExiting(const std::vector<Relative>& relatives) {
  for (const Relative& relative : relatives) {
    if (relative.exiting) judged_.insert(relative.pid);
  }
}

void ChildRun::LookAgain() {
  WakeAt(Clock::now() + look_interval_);
  look_interval_ = std::min<Clock::duration>(look_interval_ * 2, kLastLook);
}

// --------------------------------------------------------------- the result

// The kernel's default pattern leaves it where the program ran.
void ChildRun::RescueCore() {
  if (!result_.core_dumped || scratch_directory_.empty()) return;
  std::error_code error;
  for (std::filesystem::directory_iterator it(scratch_directory_, error), end;
       !error && it != end; it.increment(error)) {
    const std::filesystem::path path = it->path();
    if (!it->is_regular_file(error) || path.filename().native().find("core")) {
      continue;
    }
    result_.core_file = directories_.Rescue(path.native());
    return;
  }
}

void ChildRun::Answer() {
  if (std::exchange(answered_, true)) return;
  for (Stream* stream : {&out_, &err_}) {
    if (stream->pipe.is_open()) stream->pipe.close();
  }
  if (stopped_) return callbacks_.answered(absl::CancelledError("stopped"));
  if (!reaped_) result_.wall = absl::FromChrono(Clock::now() - started_);
  if (timed_out_) result_.end = ProcessResult::End::kTimeout;
  if (!conversation_.finished()) {
    result_.failed_step = FailedStep{
        conversation_.next(),
        timed_out_ ? "the time limit came first" : "the program ended first"};
  }
  result_.output_bytes_total = output_.total_bytes();
  result_.output_bytes_dropped = output_.dropped_bytes();
  result_.output_gap_offset = output_.gap_offset();
  result_.output = output_.Take();
  if (out_.apart.has_value()) result_.out = out_.apart->Take();
  if (err_.apart.has_value()) result_.err = err_.apart->Take();
  RescueCore();
  callbacks_.answered(std::move(result_));
}

void ChildRun::Finish() {
  if (state_ == State::kDone) return;
  Answer();
  state_ = State::kDone;
  timer_.cancel();
  if (!scratch_directory_.empty()) {
    directories_.GiveBack(scratch_directory_);
  }
  callbacks_.ended();
}

}  // namespace harness
