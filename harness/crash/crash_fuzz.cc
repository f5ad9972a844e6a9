// Any bytes are a log; what was read of them lies in them, in order.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "harness/crash/crash.h"
#include "harness/crash/fold.h"

namespace harness {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// Of all the places of a report the next is never before the last.
class Order {
 public:
  explicit Order(std::string_view text) : text_(text) {}

  void Next(const ReportPlace& place) {
    Check(place.offset >= offset_ && place.offset <= text_.size());
    for (; offset_ < place.offset; ++offset_) line_ += text_[offset_] == '\n';
    // A last line without its newline ends all the same.
    const bool cut = place.offset == text_.size() && !text_.ends_with('\n');
    Check(place.line == line_ || (cut && place.line == line_ + 1));
  }

 private:
  const std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t line_ = 1;
};

void CheckStack(const Stack& stack, Order& order) {
  for (const Frame& frame : stack.frames) order.Next(frame.at);
  Check(stack.elided_before <= stack.frames.size());
  Check(!CrashSite(stack).has_value() ||
        *CrashSite(stack) < stack.frames.size());
}

void CheckReport(const CrashReport& report, Order& order) {
  order.Next(report.begin);
  GoroutineFolder folder;
  for (const Goroutine& goroutine : report.goroutines) {
    order.Next(goroutine.at);
    CheckStack(goroutine.stack, order);
    for (const Ancestor& ancestor : goroutine.ancestors) {
      order.Next(ancestor.at);
      CheckStack(ancestor.stack, order);
    }
    folder.Add(goroutine);
  }
  order.Next(report.end);
  std::size_t folded = 0;
  for (const GoroutineGroup& group :
       folder.Groups(FirstGoroutineCrashed(report))) {
    folded += group.count;
    Check(!group.ids.Text().empty() || group.count == 0 ||
          group.sample.kind != Goroutine::Kind::kGoroutine);
  }
  Check(folded == report.goroutines.size());
}

void Parse(std::string_view text) {
  const CrashLog log = ParseCrashLog(text);
  Check(log.oddities.size() <= CrashLog::kMaxOddities);
  Order order(text);
  for (const CrashReport& report : log.reports) CheckReport(report, order);
  // The other way to read says the same.
  std::size_t goroutines = 0;
  const CrashLog streamed =
      ParseCrashLog(text, [&](std::size_t, const Goroutine&) { ++goroutines; });
  Check(streamed.reports.size() == log.reports.size());
  for (const CrashReport& report : log.reports) {
    Check(goroutines >= report.goroutines.size());
    goroutines -= report.goroutines.size();
  }
  Check(goroutines == 0);
}

}  // namespace
}  // namespace harness

// The name is libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  harness::Parse({reinterpret_cast<const char*>(data), size});
  return 0;
}
