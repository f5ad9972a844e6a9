// GoogleTest's threadsafe death tests on the case of crasher.cc, for peers.sh:
// as many of them as CASES in the environment says.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

[[noreturn]] void Crash() {
  std::string text;
  while (text.size() < 16 << 10) text += std::string(63, 'x') + "\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(1);
  raise(SIGSEGV);
  _exit(1);
}

class Death : public testing::TestWithParam<int> {};

TEST_P(Death, BySegv) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(Crash(), testing::KilledBySignal(SIGSEGV), "xxx\n");
}

int Cases() {
  const char* cases = std::getenv("CASES");
  return cases == nullptr ? 1 : std::atoi(cases);
}

INSTANTIATE_TEST_SUITE_P(Many, Death, testing::Range(0, Cases()));

}  // namespace
