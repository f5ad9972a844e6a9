// Every way in which a program can misbehave, alone and many at a time.

#include "harness/process/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "harness/process/testing/survivors.h"

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using End = ProcessResult::End;

constexpr char kTrap[] = PROCESS_TRAP;
constexpr absl::Duration kShortLimit = absl::Milliseconds(400);
constexpr absl::Duration kOverLimit = absl::Milliseconds(300);

ProcessRequest Trap(std::vector<std::string> args) {
  ProcessRequest request;
  request.program = kTrap;
  request.args = std::move(args);
  return request;
}

ProcessRequest Hanging(std::vector<std::string> args) {
  ProcessRequest request = Trap(std::move(args));
  request.limits.time = kShortLimit;
  return request;
}

// Marks a request, so that its survivors can be told from those of others.
std::string Mark(ProcessRequest& request) {
  static std::atomic<int> serial{0};
  std::string mark = absl::StrCat("TRAP_MARK=", getpid(), "-", ++serial, ".");
  request.env.push_back(mark);
  return mark;
}

bool HasChildren() {
  return waitpid(-1, nullptr, WNOHANG) == 0 || errno != ECHILD;
}

// Runs the request, and checks what holds for every request.
ProcessResult Outcome(ProcessRequest request) {
  const std::string mark = Mark(request);
  const absl::Time start = absl::Now();
  const absl::StatusOr<ProcessResult> result = RunProcess(request);
  const absl::Duration took = absl::Now() - start;
  EXPECT_TRUE(result.ok()) << result.status();
  if (!result.ok()) return ProcessResult();
  EXPECT_LE(took, request.limits.time + kOverLimit);
  EXPECT_EQ(Survivors(mark), 0);
  EXPECT_FALSE(HasChildren()) << "a zombie is left";
  return *result;
}

ProcessResult RunTrap(std::vector<std::string> args) {
  return Outcome(Trap(std::move(args)));
}

// Three different ends, and how a shell would have told them.

TEST(ProcessEnd, ExitElevenIsNotASignal) {
  const ProcessResult result = RunTrap({"exit", "11"});
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_code, 11);
  EXPECT_EQ(result.signal, 0);
}

TEST(ProcessEnd, Exit139IsNotASignal) {
  const ProcessResult result = RunTrap({"exit", "139"});
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_code, 139);
  EXPECT_EQ(result.signal, 0);
}

TEST(ProcessEnd, SegvIsASignal) {
  const ProcessResult result = RunTrap({"segv"});
  EXPECT_EQ(result.end, End::kSignaled);
  EXPECT_EQ(result.signal, SIGSEGV);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_FALSE(result.core_dumped);
  EXPECT_EQ(result.output, "trap\n");
}

TEST(ProcessEnd, EverySignalIsToldApart) {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGPIPE,
                           SIGTERM, SIGBUS, SIGXFSZ, SIGRTMIN, SIGRTMAX}) {
    const ProcessResult result = RunTrap({"signal", absl::StrCat(signal)});
    EXPECT_EQ(result.end, End::kSignaled);
    EXPECT_EQ(result.signal, signal);
  }
}

TEST(ProcessEnd, AnotherProgramInItsPlaceIsTheSameProcess) {
  const ProcessResult result = RunTrap({"exec-other"});
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.leaks, IsEmpty());
}

TEST(ProcessEnd, ACoreIsDumpedOnlyWhenAskedFor) {
  std::ifstream pattern("/proc/sys/kernel/core_pattern");
  const int first = pattern.get();
  if (first == '|') GTEST_SKIP() << "cores go to a program";
  ProcessRequest request = Trap({"signal", absl::StrCat(SIGABRT)});
  EXPECT_FALSE(Outcome(request).core_dumped);
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_max < kMiB && geteuid() != 0) GTEST_SKIP() << "no cores here";
  request.limits.core_bytes = 64 * kMiB;
  EXPECT_TRUE(Outcome(request).core_dumped);
  if (first == '/') return;  // to another place
  // It outlives its directory, and goes with what tells of it.
  std::string core;
  ProcessRunner runner(1);
  runner.Submit(request, [&core](absl::StatusOr<ProcessResult> result) {
    ASSERT_NE(result->core_file, nullptr);
    core = *result->core_file;
    EXPECT_TRUE(std::filesystem::exists(core));
  });
  runner.Wait();
  EXPECT_FALSE(std::filesystem::exists(core));
}

// The clean room.

TEST(CleanRoom, OnlyStandardDescriptors) {
  const int stray = open("/dev/null", O_RDONLY);  // not close-on-exec
  EXPECT_EQ(RunTrap({"descriptors"}).output, "0 1 2 ");
  close(stray);
}

TEST(CleanRoom, ExactlyTheGivenEnvironment) {
  setenv("TRAP_OF_THE_HARNESS", "1", 1);
  ProcessRequest request = Trap({"environment"});
  request.env = {"A=1", "B=two words"};
  const absl::StatusOr<ProcessResult> result = RunProcess(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->output, "A=1\nB=two words\n");
}

TEST(CleanRoom, EmptyDirectoryThatIsRemoved) {
  const ProcessResult first = RunTrap({"directory"});
  ASSERT_THAT(first.output, StartsWith("0 /"));
  EXPECT_FALSE(std::filesystem::exists(first.output.substr(2)));
  const ProcessResult second = RunTrap({"directory"});
  EXPECT_THAT(second.output, StartsWith("0 /"));
  EXPECT_NE(first.output, second.output);
}

TEST(CleanRoom, GivenDirectoryIsUsedAndKept) {
  ProcessRequest request = Trap({"write-file", "0"});
  request.working_directory =
      absl::StrCat(testing::TempDir(), "given-", getpid());
  std::filesystem::create_directory(request.working_directory);
  Outcome(request);
  EXPECT_TRUE(std::filesystem::exists(request.working_directory + "/file"));
  std::filesystem::remove_all(request.working_directory);
}

TEST(CleanRoom, DefaultSignals) {
  signal(SIGUSR2, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  EXPECT_EQ(RunTrap({"signals"}).output,
            "SigBlk:\t0000000000000000\n"
            "SigIgn:\t0000000000000000\n"
            "SigCgt:\t0000000000000000\n");
  pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  signal(SIGUSR2, SIG_DFL);
}

TEST(CleanRoom, SessionOfItsOwnWithoutATerminal) {
  const ProcessResult result = RunTrap({"session"});
  EXPECT_EQ(result.output, "leader");
  EXPECT_EQ(result.exit_code, 0);
}

TEST(CleanRoom, StandardInputIsEmpty) {
  EXPECT_EQ(RunTrap({"echo"}).output, "end");
}

TEST(CleanRoom, IgnoredChildSignalOfTheHarnessDoesNotLoseTheEnd) {
  signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(RunTrap({"exit", "3"}).exit_code, 3);
  signal(SIGCHLD, SIG_DFL);
}

TEST(CleanRoom, HarnessWithoutStandardDescriptors) {
  EXPECT_EXIT(
      {
        for (int fd = 0; fd < 3; ++fd) close(fd);
        ProcessRequest request = Trap({"echo"});
        request.stdin_text = "heard ";
        const absl::StatusOr<ProcessResult> result = RunProcess(request);
        _exit(result.ok() && result->output == "heard end" ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

// Limits.

TEST(Limit, Memory) {
  ProcessRequest request = Trap({"allocate", "512"});
  EXPECT_EQ(Outcome(request).output, "given");
  request.limits.memory_bytes = 256 * kMiB;
  EXPECT_EQ(Outcome(request).output, "refused");
}

TEST(Limit, FileSize) {
  ProcessRequest request = Trap({"write-file", "2"});
  EXPECT_EQ(Outcome(request).exit_code, 0);
  request.limits.file_size_bytes = kMiB;
  const ProcessResult result = Outcome(request);
  EXPECT_EQ(result.end, End::kSignaled);
  EXPECT_EQ(result.signal, SIGXFSZ);
}

TEST(Limit, ProcessorTimeIsMeasured) {
  const ProcessResult result = RunTrap({"burn", "60"});
  EXPECT_GE(result.user_time + result.system_time, absl::Milliseconds(55));
  EXPECT_GE(result.wall, absl::Milliseconds(55));
  EXPECT_GT(result.max_rss_bytes, 100'000u);
}

// Output and input.

TEST(Output, InTheOrderWritten) {
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&expected, "out ", i, "\nerr ", i, "\n");
  }
  EXPECT_EQ(RunTrap({"order", "200"}).output, expected);
}

TEST(Output, ApartWhenAskedFor) {
  ProcessRequest request = Trap({"order", "2"});
  EXPECT_FALSE(Outcome(request).out.has_value());
  request.separate_streams = true;
  const ProcessResult result = Outcome(request);
  EXPECT_EQ(result.out, "out 0\nout 1\n");
  EXPECT_EQ(result.err, "err 0\nerr 1\n");
  EXPECT_EQ(result.output_bytes_total, 24u);
}

TEST(Output, AnyBytes) {
  EXPECT_EQ(RunTrap({"rubbish"}).output,
            std::string("a\0b\xff\xfe\xc3(\xf0\x9f z", 11));
}

TEST(Output, HeadAndTailOfAFlood) {
  ProcessRequest request = Trap({"flood", "20"});
  request.limits.kept_bytes = 2 * kMiB;
  const ProcessResult result = Outcome(request);
  EXPECT_TRUE(result.excessive_output);
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output_bytes_total, 20 * kMiB + 23);
  EXPECT_EQ(result.output_bytes_dropped, 18 * kMiB + 23);
  EXPECT_EQ(result.output_gap_offset, kMiB);
  EXPECT_THAT(result.output, SizeIs(2 * kMiB));
  EXPECT_THAT(result.output, StartsWith("first words\n"));
  EXPECT_THAT(result.output, EndsWith("last words\n"));
}

TEST(Output, AtTheLimitIsNotExcessive) {
  ProcessRequest request = Trap({"flood", "1"});
  request.limits.output_bytes = kMiB + 23;
  EXPECT_FALSE(Outcome(request).excessive_output);
  request.limits.output_bytes = kMiB + 22;
  EXPECT_TRUE(Outcome(request).excessive_output);
}

TEST(Output, EndlessFloodIsKilledAtOnce) {
  ProcessRequest request = Trap({"flood-forever"});
  request.limits.output_kill_bytes = 32 * kMiB;
  const ProcessResult result = Outcome(request);
  EXPECT_TRUE(result.excessive_output);
  EXPECT_EQ(result.end, End::kSignaled);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_LT(result.output_bytes_total, 64 * kMiB);
}

// A shell that is killed has always just started the next one.
TEST(Output, WhoFloodsForAnotherIsNoLeak) {
  for (int i = 0; i < 10; ++i) {
    ProcessRequest request;
    request.program = "/bin/sh";
    request.args = {"-c", "while :; do /bin/echo flood; done"};
    request.limits.output_bytes = 100;
    request.limits.output_kill_bytes = 100;
    const ProcessResult result = Outcome(request);
    EXPECT_TRUE(result.excessive_output);
    EXPECT_EQ(result.signal, SIGKILL);
    EXPECT_THAT(result.leaks, IsEmpty());
  }
}

TEST(Output, EndlessFloodUpToTheTimeLimit) {
  const ProcessResult result = Outcome(Hanging({"flood-forever"}));
  EXPECT_TRUE(result.end == End::kTimeout || result.signal == SIGKILL);
  EXPECT_THAT(result.output, StartsWith("first words\n"));
}

TEST(Input, IsGivenWholeAndThenClosed) {
  ProcessRequest request = Trap({"echo"});
  request.stdin_text = std::string(kMiB, 'x');
  EXPECT_EQ(Outcome(request).output, request.stdin_text + "end");
}

TEST(Input, NeedNotBeRead) {
  ProcessRequest request = Trap({"exit", "3"});
  request.stdin_text = std::string(kMiB, 'x');
  EXPECT_EQ(Outcome(request).exit_code, 3);
}

// Steps.

TEST(Steps, ADialogue) {
  ProcessRequest request = Hanging({"dialogue"});
  request.limits.time = absl::Seconds(5);
  request.steps = {Step::WaitFor("ready"),        Step::SendSignal(SIGUSR1),
                   Step::WaitFor("name? "),       Step::SendInput("Gopher\n"),
                   Step::WaitFor("hello Gopher"), Step::SendSignal(SIGTERM)};
  const ProcessResult result = Outcome(request);
  EXPECT_EQ(result.end, End::kSignaled);
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_FALSE(result.failed_step.has_value());
  EXPECT_EQ(result.output, "ready\ngot a signal\nname? hello Gopher\n");
}

TEST(Steps, ATextThatNeverComes) {
  ProcessRequest request = Trap({"exit", "3"});
  request.steps = {Step::WaitFor("ready")};
  const ProcessResult result = Outcome(request);
  ASSERT_TRUE(result.failed_step.has_value());
  EXPECT_EQ(result.failed_step->index, 0u);
  EXPECT_EQ(result.failed_step->reason, "the program ended first");
}

TEST(Steps, ATextThatComesTooLate) {
  ProcessRequest request = Hanging({"dialogue"});
  request.steps = {Step::WaitFor("ready"), Step::WaitFor("name? ")};
  const ProcessResult result = Outcome(request);
  EXPECT_EQ(result.end, End::kTimeout);
  ASSERT_TRUE(result.failed_step.has_value());
  EXPECT_EQ(result.failed_step->index, 1u);
  EXPECT_EQ(result.failed_step->reason, "the time limit came first");
}

// Programs that cannot be run.

TEST(CannotRun, MissingProgramNamesTheNearest) {
  ProcessRequest request;
  request.program = std::string(kTrap) + "_";
  const absl::Status status = RunProcess(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(request.program));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("did you mean ", kTrap, "?")));
}

TEST(CannotRun, MissingFolderNamesTheNearest) {
  ProcessRequest request;
  request.program = "/usr/bim/sort";
  const absl::Status status = RunProcess(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("there is no /usr/bim either"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/usr/bin?"));
}

TEST(CannotRun, NotExecutable) {
  ProcessRequest request;
  request.program = "/proc/self/status";
  EXPECT_EQ(RunProcess(request).status().code(),
            absl::StatusCode::kPermissionDenied);
  request.program = "/tmp";
  const absl::Status status = RunProcess(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is a directory"));
}

TEST(CannotRun, NoProgramInside) {
  const std::string path = absl::StrCat(testing::TempDir(), "text-", getpid());
  ProcessRequest request;
  request.program = path;
  std::ofstream(path) << "just a text";
  chmod(path.c_str(), 0700);
  EXPECT_EQ(RunProcess(request).status().code(),
            absl::StatusCode::kInvalidArgument);
  std::ofstream(path) << "#!/no/such/interpreter\n";
  const absl::Status status = RunProcess(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("interpreter"));
  std::filesystem::remove(path);
}

TEST(CannotRun, NoSuchDirectory) {
  ProcessRequest request = Trap({"exit", "0"});
  request.working_directory = "/no/such/directory";
  EXPECT_EQ(RunProcess(request).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(CannotRun, OutOfDescriptors) {
  ProcessRunner runner(1);  // has its own descriptors already
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  // For every number of descriptors that are left, and each is a status.
  const int first_free = dup(0);
  close(first_free);
  int resource_exhausted = 0;
  bool succeeded = false;
  for (rlim_t left = 0; left < 40 && !succeeded; ++left) {
    const rlimit limit{static_cast<rlim_t>(first_free) + left, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &limit);
    absl::Status status;
    int exit_code = 0;
    runner.Submit(Trap({"exit", "3"}),
                  [&](const absl::StatusOr<ProcessResult>& result) {
                    status = result.status();
                    if (result.ok()) exit_code = result->exit_code;
                  });
    runner.Wait();
    succeeded = status.ok() && exit_code == 3;
    if (!succeeded) {
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      ++resource_exhausted;
    }
  }
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_GT(resource_exhausted, 3);
  EXPECT_TRUE(succeeded);
  EXPECT_FALSE(HasChildren());
}

// Hangs.

TEST(Hang, SigquitShowsTheStacks) {
  const ProcessResult result = Outcome(Hanging({"dump-on-quit"}));
  EXPECT_EQ(result.end, End::kTimeout);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "trap\nSIGQUIT: quit\ngoroutine 1 [running]:\n");
  EXPECT_THAT(result.leaks, IsEmpty());
}

TEST(Hang, SigquitShowsTheStacksOfAStoppedProgram) {
  const ProcessResult result = Outcome(Hanging({"dump-on-quit", "1"}));
  EXPECT_EQ(result.end, End::kTimeout);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, EndsWith("goroutine 1 [running]:\n"));
}

TEST(Hang, WithoutADump) {
  ProcessRequest request = Hanging({"dump-on-quit"});
  request.hang_dump = false;
  const ProcessResult result = Outcome(request);
  EXPECT_EQ(result.end, End::kTimeout);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.output, "trap\n");
}

// Traps: what a program may leave behind, and what the result has to say.

struct Case {
  std::string name;
  std::vector<std::string> args;
  bool hangs = false;
  std::size_t leaks = 0;
  std::string output = "trap\n";
  int exit_code = 0;
  // How many at a time are asked of a machine.
  int at_a_time = 50;
};

void PrintTo(const Case& trap, std::ostream* out) { *out << trap.name; }

const Case kCases[] = {
    {.name = "HoldPipe", .args = {"hold-pipe"}, .leaks = 1},
    {.name = "HoldPipeSetsid", .args = {"hold-pipe-setsid"}, .leaks = 1},
    {.name = "Daemon", .args = {"daemon"}, .leaks = 1},
    {.name = "DaemonWithoutTag", .args = {"daemon-without-tag"}, .leaks = 1},
    {.name = "DaemonWithoutRealTimeLimit",
     .args = {"daemon-without-real-time-limit"},
     .leaks = 1},
    {.name = "ForkManyAndExit",
     .args = {"fork-many-and-exit", "1000"},
     .leaks = 1000,
     .at_a_time = 4},
    {.name = "ForkManyAndHang",
     .args = {"fork-many-and-hang", "1000"},
     .hangs = true,
     .leaks = 0,
     .at_a_time = 4},
    {.name = "HangWithDaemon",
     .args = {"hang-with-daemon"},
     .hangs = true,
     .leaks = 1},
    {.name = "IgnoreSignals", .args = {"ignore-signals"}, .hangs = true},
    {.name = "StopSelf", .args = {"stop-self"}, .hangs = true},
    {.name = "CloseStdoutAndHang",
     .args = {"close-stdout-and-hang"},
     .hangs = true},
    {.name = "CloseStdoutAndExit",
     .args = {"close-stdout-and-exit"},
     .exit_code = 7},
    {.name = "LateGrandchild",
     .args = {"late-grandchild", "60"},
     .output = "trap\ngrandchild\n"},
    {.name = "FatGrandchild", .args = {"fat-grandchild", "16"}},
};

class ProcessTrap : public testing::TestWithParam<Case> {
 protected:
  static ProcessRequest Request(const Case& trap) {
    ProcessRequest request = Trap(trap.args);
    if (trap.hangs) request.limits.time = kShortLimit;
    return request;
  }

  static void Check(const Case& trap, const ProcessResult& result) {
    EXPECT_EQ(result.end, trap.hangs ? End::kTimeout : End::kExited);
    EXPECT_EQ(result.exit_code, trap.exit_code);
    EXPECT_EQ(result.output, trap.output);
    EXPECT_THAT(result.leaks, SizeIs(trap.leaks));
    for (const LeakedProcess& leak : result.leaks) {
      EXPECT_EQ(leak.name, "process_trap");
      EXPECT_THAT(leak.cmdline, HasSubstr(trap.args[0]));
    }
  }
};

TEST_P(ProcessTrap, Alone) { Check(GetParam(), Outcome(Request(GetParam()))); }

TEST_P(ProcessTrap, ManyAtATime) {
  const Case& trap = GetParam();
  std::vector<ProcessResult> results;
  std::vector<std::string> marks;
  {
    ProcessRunner runner(trap.at_a_time);
    for (int i = 0; i < trap.at_a_time; ++i) {
      ProcessRequest request = Request(trap);
      // So many on few processors take their time to get to the trap.
      if (trap.hangs) request.limits.time = absl::Seconds(3);
      marks.push_back(Mark(request));
      runner.Submit(request, [&](absl::StatusOr<ProcessResult> result) {
        ASSERT_TRUE(result.ok()) << result.status();
        results.push_back(*std::move(result));
      });
    }
    runner.Wait();
  }
  EXPECT_THAT(results, SizeIs(trap.at_a_time));
  for (const ProcessResult& result : results) Check(trap, result);
  for (const std::string& mark : marks) EXPECT_EQ(Survivors(mark), 0);
  EXPECT_FALSE(HasChildren());
}

INSTANTIATE_TEST_SUITE_P(All, ProcessTrap, testing::ValuesIn(kCases),
                         [](const auto& trap) { return trap.param.name; });

// A row of processes, of which no look at /proc sees two, and often none.
TEST(Chain, IsALeak) {
  for (const char* pause_us : {"0", "100", "1000"}) {
    SCOPED_TRACE(pause_us);
    for (int i = 0; i < 3; ++i) {
      const ProcessResult result = RunTrap({"chain", pause_us});
      EXPECT_THAT(result.leaks, testing::Not(IsEmpty()));
    }
  }
}

TEST(Chain, IsALeakOfNobodyElse) {
  ProcessRunner runner(8);
  std::vector<std::string> marks;
  int wrong = 0;
  for (int i = 0; i < 16; ++i) {
    const bool leaks = i % 4 == 0;
    ProcessRequest request = Trap({leaks ? "chain" : "exit", "0"});
    marks.push_back(Mark(request));
    runner.Submit(request,
                  [&wrong, leaks](absl::StatusOr<ProcessResult> result) {
                    ASSERT_TRUE(result.ok()) << result.status();
                    wrong += result->leaks.empty() == leaks ? 1 : 0;
                  });
  }
  runner.Wait();
  EXPECT_EQ(wrong, 0);
  for (const std::string& mark : marks) EXPECT_EQ(Survivors(mark), 0);
  EXPECT_FALSE(HasChildren());
}

TEST(Stray, IsALeakOfTheOnlyOneThatRan) {
  EXPECT_THAT(RunTrap({"daemon-without-trace"}).leaks, SizeIs(1));
}

TEST(Stray, IsKilledAndNamedWhereItMayBeAnybodys) {
  ProcessRunner runner(4);
  std::vector<std::string> marks;
  for (int i = 0; i < 4; ++i) {
    ProcessRequest request =
        Trap({i == 0 ? "daemon-without-trace" : "burn", "200"});
    marks.push_back(Mark(request));
    runner.Submit(request, [](absl::StatusOr<ProcessResult> result) {
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_THAT(result->leaks, IsEmpty());
    });
  }
  const std::vector<LeakedProcess> strays = runner.Strays();
  ASSERT_THAT(strays, SizeIs(1));
  EXPECT_EQ(strays[0].name, "process_trap");
  for (const std::string& mark : marks) EXPECT_EQ(Survivors(mark), 0);
  EXPECT_FALSE(HasChildren());
}

// The runner.

TEST(Runner, OrphansAreNotMixedUp) {
  ProcessRunner runner(16);
  int wrong = 0;
  for (int i = 0; i < 64; ++i) {
    const bool leaks = i % 4 == 0;
    runner.Submit(Trap({leaks ? "daemon" : "exit", "0"}),
                  [&wrong, leaks](absl::StatusOr<ProcessResult> result) {
                    ASSERT_TRUE(result.ok()) << result.status();
                    wrong += result->leaks.size() == (leaks ? 1u : 0u) ? 0 : 1;
                  });
  }
  runner.Wait();
  EXPECT_EQ(wrong, 0);
}

TEST(Runner, DoesNotRunMoreThanAskedFor) {
  // Two that hang, one at a time, take twice as long as one.
  ProcessRunner runner(1);
  const absl::Time start = absl::Now();
  for (int i = 0; i < 2; ++i) {
    runner.Submit(Hanging({"ignore-signals"}), [](const auto&) {});
  }
  runner.Wait();
  EXPECT_GE(absl::Now() - start, 2 * kShortLimit);
}

TEST(Runner, SubmitFromACallback) {
  ProcessRunner runner(2);
  std::vector<int> exits;
  runner.Submit(Trap({"exit", "1"}), [&](const auto& first) {
    exits.push_back(first->exit_code);
    runner.Submit(Trap({"exit", "2"}), [&](const auto& second) {
      exits.push_back(second->exit_code);
    });
  });
  runner.Wait();
  EXPECT_THAT(exits, ElementsAre(1, 2));
}

TEST(Runner, StopEndsWhatRunsAndStartsNoMore) {
  ProcessRequest request = Trap({"hang-with-daemon"});
  const std::string mark = Mark(request);
  int cancelled = 0;
  {
    ProcessRunner runner(2);
    const auto count = [&](const absl::StatusOr<ProcessResult>& result) {
      cancelled += absl::IsCancelled(result.status()) ? 1 : 0;
    };
    request.steps = {Step::WaitFor(Step::Finder([&](std::string_view heard) {
      if (heard.find("trap\n") != std::string_view::npos) runner.Stop();
      return std::string_view::npos;
    }))};
    for (int i = 0; i < 5; ++i) runner.Submit(request, count);
    runner.Wait();
    runner.Submit(request, count);
    runner.Wait();
  }
  EXPECT_EQ(cancelled, 6);
  EXPECT_EQ(Survivors(mark), 0);
  EXPECT_FALSE(HasChildren());
}

TEST(Runner, LeavesOtherChildrenAlone) {
  const pid_t other = fork();
  if (other == 0) {
    pause();
    _exit(0);
  }
  ProcessRunner(1).Submit(Trap({"daemon"}), [](const auto&) {});
  EXPECT_EQ(waitpid(other, nullptr, WNOHANG), 0);
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
}

}  // namespace
}  // namespace harness
