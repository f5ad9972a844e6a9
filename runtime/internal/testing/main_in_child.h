// The fixture of tests whose children call Main. GoogleTest's own frames are
// then on the stack of a thread that has become a worker, where LeakSanitizer
// does not look: what they refer to is no leak.
#ifndef LASTWORDS_RUNTIME_INTERNAL_TESTING_MAIN_IN_CHILD_H_
#define LASTWORDS_RUNTIME_INTERNAL_TESTING_MAIN_IN_CHILD_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

namespace runtime {

class MainInChild : public testing::Test {
 protected:
  MainInChild() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const char* const options = getenv("ASAN_OPTIONS");
    const std::string given = options == nullptr ? "" : options;
    setenv("ASAN_OPTIONS", (given + ":detect_leaks=0").c_str(), 1);
  }
};

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_INTERNAL_TESTING_MAIN_IN_CHILD_H_
