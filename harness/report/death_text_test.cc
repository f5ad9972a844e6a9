#include "harness/report/death_text.h"

#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

std::string Death(const std::string& cause) {
  const CrashLog log = ParseCrashLog(
      cause + "\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/m.go:1 +0x1\n");
  return log.reports.empty() ? "no report" : DeathText(log.reports[0]);
}

TEST(DeathText, Panics) {
  EXPECT_EQ(Death("panic: x"), "A panic, and nobody recovered it.");
  EXPECT_EQ(Death("panic: runtime error: index out of range [5] with length 3"),
            "An index was out of range, and nobody recovered it.");
  EXPECT_EQ(Death("panic: send on closed channel"),
            "Somebody sent on a closed channel, and nobody recovered it.");
}

TEST(DeathText, Chains) {
  EXPECT_EQ(Death("panic: a\n\tpanic: b"),
            "A panic, and nobody recovered it. It came from a deferred call "
            "that an earlier panic ran.");
  EXPECT_EQ(Death("panic: a [recovered]\n\tpanic: b"),
            "A panic, and nobody recovered it. A deferred call recovered the "
            "panic before it, then panicked itself.");
  EXPECT_EQ(Death("panic: a [recovered, repanicked]"),
            "A panic, and nobody recovered it. A deferred call recovered it "
            "and panicked again with the same value.");
}

TEST(DeathText, FatalErrors) {
  EXPECT_EQ(
      Death("fatal error: all goroutines are asleep - deadlock!"),
      "Deadlock: every goroutine waited, and none was left to wake another.");
  EXPECT_EQ(Death("fatal error: sync: unlock of unlocked mutex"),
            "A lock was unlocked that nobody held.");
  EXPECT_EQ(Death("fatal error: something new"),
            "The runtime gave up: an error that no deferred call can recover.");
  EXPECT_EQ(Death("panic: a\nfatal error: fault"),
            "A memory fault at an address that is not near null: a wild "
            "pointer, or memory that is no longer mapped. It overtook a panic "
            "in flight.");
}

TEST(DeathText, SignalsByTheirAddress) {
  const std::string segv = "SIGSEGV: segmentation violation\nPC=0x1 m=0 ";
  EXPECT_EQ(Death(segv + "sigcode=1 addr=0x8"),
            "A memory fault near address 0: a null pointer, or a member of "
            "it.");
  EXPECT_EQ(Death(segv + "sigcode=1 addr=0x7f0000000000"),
            "A memory fault: an address that is not mapped, or not writable.");
  EXPECT_EQ(Death(segv + "sigcode=0"),
            "A memory fault, or the signal was sent by another process.");
  EXPECT_EQ(Death("SIGQUIT: quit\nPC=0x1 m=0 sigcode=0"),
            "Not a crash: somebody sent SIGQUIT to see all stacks (Ctrl-\\, "
            "kill, or a time limit).");
  EXPECT_EQ(Death("SIGXYZ: new\nPC=0x1 m=0 sigcode=0"),
            "A signal ended the program.");
}

TEST(DeathText, StacksWithoutACause) {
  EXPECT_EQ(Death(""),
            "Stacks without a cause: printed by the program, not by its "
            "death.");
}

}  // namespace
}  // namespace harness
