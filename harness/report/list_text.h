// What would run, for people and for ctest.

#ifndef LASTWORDS_HARNESS_REPORT_LIST_TEXT_H_
#define LASTWORDS_HARNESS_REPORT_LIST_TEXT_H_

#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

// One line a test: "panic_race/PanicRace specs/panic_race/panic_race.json:1:1".
std::string FormatList(const std::vector<Spec>& specs);

// What a test of ctest is made of.
struct CtestOptions {
  std::string prefix;                // of each test's name
  std::vector<std::string> labels;   // besides the family and the tags
  std::vector<std::string> command;  // runs one spec; file and id are appended
};

// CMake script that calls add_test for each spec, for a TEST_INCLUDE_FILES
// script to include. Every text is in bracket quotes, so none can be code.
std::string FormatCtestScript(const std::vector<Spec>& specs,
                              const Subjects& subjects,
                              const CtestOptions& options);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_LIST_TEXT_H_
