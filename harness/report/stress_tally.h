// Counts what became of many runs of one spec, and says how often it fails.
//
//   StressTally tally(spec);
//   if (tally.Add(std::move(run))) ...        // a failure not seen before
//   std::cout << FormatStress(tally, style);

#ifndef LASTWORDS_HARNESS_REPORT_STRESS_TALLY_H_
#define LASTWORDS_HARNESS_REPORT_STRESS_TALLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/report/failure_text.h"
#include "harness/report/style.h"

namespace harness {

// Failures that are the same by their signature.
struct FailureGroup {
  std::string signature;
  std::int64_t count = 0;
  std::string kept_file;  // the output of the first of them
};

class StressTally {
 public:
  // More kinds of failure than these are counted as one: an output that is
  // never twice the same must not fill the memory.
  static constexpr std::size_t kMaxGroups = 50;

  explicit StressTally(std::string id) : id_(std::move(id)) {}

  // Returns the group if the run is the first of it, else nullptr. The
  // pointer is good until the next call.
  FailureGroup* Add(const RunRecord& run);

  const std::string& id() const { return id_; }
  std::int64_t runs() const { return runs_; }
  std::int64_t failures() const { return failures_; }
  std::int64_t unresolved() const { return unresolved_; }
  // The most frequent first.
  std::vector<FailureGroup> Groups() const;

 private:
  std::string id_;
  std::int64_t runs_ = 0;
  std::int64_t failures_ = 0;    // unresolved runs are none
  std::int64_t unresolved_ = 0;  // nothing ran: neither pass nor failure
  std::vector<FailureGroup> groups_;
};

std::string FormatStress(const StressTally& tally, const Style& style);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_STRESS_TALLY_H_
