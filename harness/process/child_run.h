// One program from its start to the end of the last process of its tree.
//
//   kRunning  --- the program ends: OnProgramEnd -----------------> kSettling
//      |  \------ too much output: OnReadable -----> kKilling
//      |  \------ time limit: OnTimeLimit, no dump -> kKilling
//      v time limit: OnTimeLimit
//   kDumping  --- the program ends: OnProgramEnd -----------------> kSettling
//      v kDumpGrace over: OnTimer
//   kKilling  --- it ends, or kKillGrace over: OnProgramEnd ------> kSweeping
//
//   kRunning, kDumping --- Stop ----------------------------------> kKilling
//   kSettling --- Stop -------------------------------------------> kSweeping
//
//   kSettling --- nothing is left: Settle ------------------------> kDone
//      v kSettleGrace over: Settle. What is left is a leak
//   kSweeping --- nothing is left, or kBuryDeadline over: Sweep --> kDone
//
// The result is given on the way into kDone, or after kSweepGrace if sweeping
// takes longer. That is kDumpGrace + kKillGrace + kSweepGrace over the limit at
// most.

#ifndef LASTWORDS_HARNESS_PROCESS_CHILD_RUN_H_
#define LASTWORDS_HARNESS_PROCESS_CHILD_RUN_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "harness/process/capture.h"
#include "harness/process/conversation.h"
#include "harness/process/launch.h"
#include "harness/process/orphans.h"
#include "harness/process/process.h"
#include "harness/process/scratch_directory.h"
#include "harness/process/tree.h"

namespace harness {

class ChildRun : public std::enable_shared_from_this<ChildRun> {
 public:
  using Clock = std::chrono::steady_clock;

  // What a hang is given to print its stacks after SIGQUIT.
  static constexpr std::chrono::milliseconds kDumpGrace{120};
  // What the kernel is given to end a program after SIGKILL.
  static constexpr std::chrono::milliseconds kKillGrace{60};
  // What the kernel is given to end its tree before the result is given.
  static constexpr std::chrono::milliseconds kSweepGrace{60};
  // What is given to the tree of a program that has ended, to end too.
  static constexpr std::chrono::milliseconds kSettleGrace{200};
  // The same for processes that did not get a processor in that time.
  static constexpr std::chrono::milliseconds kRunnableGrace{1000};
  // After this, what SIGKILL does not end is left to itself.
  static constexpr std::chrono::seconds kBuryDeadline{5};
  // Between two looks at the tree; doubled from the first to the last.
  static constexpr std::chrono::milliseconds kFirstLook{1};
  static constexpr std::chrono::milliseconds kLastLook{16};
  // A tree younger than this is searched quickly: process ids cannot have
  // come round in this time.
  static constexpr std::chrono::milliseconds kQuickSearchAge{300};
  // How often at a time those are looked for that are born meanwhile.
  static constexpr int kNewbornLooks = 4;

  struct Callbacks {
    ProcessRunner::Callback answered;
    std::function<void()> ended;  // after `answered`; nothing is left
  };

  // Shared by all runs on a loop; must outlive them.
  struct Surroundings {
    boost::asio::io_context& io;
    std::vector<char>& buffer;
    ScratchDirectories& directories;
    const Orphans& orphans;
  };

  ChildRun(const Surroundings& surroundings, ProcessRequest request,
           Callbacks callbacks);

  // Calls back at once when the program cannot be started.
  void Start();

  // Ends the program and its tree. It is answered by Cancelled, unless its
  // result was already certain.
  void Stop();

  // Another program runs at the same time: strays may be that one's.
  void NotAlone() { alone_ = false; }

 private:
  enum class State {
    kRunning,
    kDumping,
    kKilling,
    kSettling,
    kSweeping,
    kDone
  };
  using Descriptor = boost::asio::posix::stream_descriptor;

  struct Stream {
    Descriptor pipe;
    std::optional<Capture> apart;  // only when kept apart
  };

  absl::Status TryStart();
  void Enter(State state, Clock::time_point deadline);
  // When a result has to be under way, whatever there is left to wait for.
  Clock::time_point Latest(Clock::duration from_now) const;

  // Output.
  void Watch(Stream& stream);
  void OnReadable(Stream& stream);
  void Drain(Stream& stream, std::size_t limit_bytes);
  void DrainWhatIsThere();
  void OnText(Stream& stream, std::string_view text);
  bool PipesHeld() const;

  // Steps and input.
  bool program_runs() const { return pid_ != 0 && !reaped_; }
  void TakeSteps();
  void Feed();

  // The program's end.
  void WatchProgram();
  bool ProgramHasEnded() const;
  void OnProgramEnd();
  void FillEnd(int status);
  void WakeAt(Clock::time_point when);
  void OnTimer();
  void OnTimeLimit();
  void KillAll();

  // The tree's end.
  std::vector<Relative> FindTree() const;
  Orphans::Belongs BelongsToUs() const;
  std::vector<Relative> FindLeft(std::vector<Relative>* met = nullptr) const;
  void Settle();
  bool MayStillSettle(const std::vector<Relative>& left) const;
  void BeginSweep(const std::vector<Relative>& leaks);
  void Sweep();
  void NameLeaks(const std::vector<Relative>& leaks);
  bool ended_by_us() const { return timed_out_ || killed_; }
  void ExcuseThoseExiting(const std::vector<Relative>& relatives);
  void LookAgain();

  // The result.
  void RescueCore();
  void Answer();
  void Finish();

  std::vector<char>& buffer_;
  ScratchDirectories& directories_;
  const Orphans& orphans_;
  const ProcessRequest request_;
  Callbacks callbacks_;

  State state_ = State::kRunning;
  Clock::time_point started_;
  Clock::time_point state_entered_;
  Clock::time_point state_deadline_;
  Clock::duration look_interval_{kFirstLook};
  boost::asio::steady_timer timer_;

  pid_t pid_ = 0;
  bool reaped_ = false;
  bool timed_out_ = false;
  bool killed_ = false;
  bool stopped_ = false;
  bool answered_ = false;
  bool alone_ = true;
  Descriptor pidfd_;
  Tree tree_;
  std::vector<Relative> holders_;  // killed, but not to be found by Tree::Find
  std::string scratch_directory_;

  Stream out_;
  Stream err_;  // open only when kept apart
  Capture output_;
  Descriptor input_;
  std::string to_feed_;
  Conversation conversation_;

  std::set<pid_t> judged_;  // named in result_.leaks, or excused
  ProcessResult result_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_CHILD_RUN_H_
