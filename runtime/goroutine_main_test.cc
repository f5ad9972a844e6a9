// The main() of tests that need the scheduler: all of them run in goroutine 1.
// Also of the children of their death tests, which start it anew ("threadsafe"
// style), because a fork would leave them without workers.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "runtime/go.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // More workers than CPUs: the kernel interleaves them at will.
  setenv("GOMAXPROCS", "4", /*replace=*/0);
  runtime::Main(argc, argv, [] { runtime::Exit(RUN_ALL_TESTS()); });
}
