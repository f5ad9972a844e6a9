// Which tests failed when they ran last: what `lastwords run --failed` runs.
// Plain values; failure_memory.h keeps them.
//
// A test is known by its name and the program it ran on, so that a run on
// another program, on Go's for one, neither adds to these nor takes from them.

#ifndef LASTWORDS_HARNESS_CLI_FAILED_TESTS_H_
#define LASTWORDS_HARNESS_CLI_FAILED_TESTS_H_

#include <compare>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

struct TestKey {
  std::string id;      // "family/name"
  std::string binary;  // absolute

  auto operator<=>(const TestKey&) const = default;
};

// To the file of its spec, absolute.
using FailedTests = std::map<TestKey, std::string>;

TestKey KeyOf(const Spec& spec, const Subjects& subjects);
std::string AbsolutePath(const std::string& path);

// A line for each, of three words between tabs.
std::string FormatFailedTests(const FailedTests& tests);
// Lines it does not understand are left out.
FailedTests ParseFailedTests(const std::string& text);

// Those that were taken out of the specs since. `loaded`: every spec that was
// read. One whose file was not read is not gone, unless `exists` denies it.
std::vector<TestKey> GoneTests(
    const FailedTests& tests, const std::vector<Spec>& loaded,
    const Subjects& subjects,
    const std::function<bool(const std::string&)>& exists);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_FAILED_TESTS_H_
