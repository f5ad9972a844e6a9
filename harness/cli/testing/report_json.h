// For the tests that hold a report's text against its JSON: what was read of
// the text, in the words of runtime/report.schema.json.

#ifndef LASTWORDS_HARNESS_CLI_TESTING_REPORT_JSON_H_
#define LASTWORDS_HARNESS_CLI_TESTING_REPORT_JSON_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/crash/crash.h"

namespace harness {

using Json = nlohmann::json;

inline Json OfStack(const std::vector<Frame>& frames) {
  Json list = Json::array();
  for (const Frame& frame : frames) {
    Json one = {{"function", frame.function},
                {"file", frame.file},
                {"line", frame.line},
                {"inlined", !frame.offset.has_value()}};
    if (frame.offset) one["offset"] = *frame.offset;
    list.push_back(one);
  }
  return list;
}

inline Json OfCreatedBy(const CreatedBy& created) {
  Json one = {{"function", created.function},
              {"file", created.file},
              {"line", created.line}};
  if (created.offset) one["offset"] = *created.offset;
  if (created.parent_id) one["goroutine"] = *created.parent_id;
  return one;
}

inline Json OfGoroutine(const Goroutine& goroutine) {
  Json one = {{"id", goroutine.id},
              {"state", goroutine.state},
              {"minutes", goroutine.minutes.value_or(0)},
              {"locked_to_thread", goroutine.locked_to_thread},
              {"frames", OfStack(goroutine.stack.frames)}};
  if (goroutine.stack.elided_frames != 0) {
    one["elided_frames"] = goroutine.stack.elided_frames;
    one["elided_before"] = goroutine.stack.elided_before;
  }
  if (const auto& created = goroutine.stack.created_by) {
    one["created_by"] = OfCreatedBy(*created);
  }
  for (const Ancestor& ancestor : goroutine.ancestors) {
    Json older = {{"id", ancestor.id},
                  {"frames", OfStack(ancestor.stack.frames)}};
    if (const auto& created = ancestor.stack.created_by) {
      older["created_by"] = OfCreatedBy(*created);
    }
    one["ancestors"].push_back(older);
  }
  return one;
}

// What the text says, in the words of the JSON report.
inline Json OfText(const CrashReport& report) {
  Json all = Json::object();
  for (const Panic& panic : report.panics) {
    all["panics"].push_back({{"value", panic.value},
                             {"recovered", panic.recovered},
                             {"repanicked", panic.repanicked}});
  }
  if (report.fatal) all["fatal"] = report.fatal->text;
  for (const Goroutine& goroutine : report.goroutines) {
    all["goroutines"].push_back(OfGoroutine(goroutine));
  }
  return all;
}

// The JSON report without what only it says.
inline Json Common(Json report) {
  for (const char* key : {"version", "time_unix_ms", "pid", "build_id", "kind",
                          "fingerprint", "exit_status", "signal"}) {
    report.erase(key);
  }
  std::vector<Json*> open = {&report};
  while (!open.empty()) {
    Json* const one = open.back();
    open.pop_back();
    if (one->is_object()) one->erase("full_name");
    if (!one->is_structured()) continue;
    for (Json& member : *one) open.push_back(&member);
  }
  return report;
}

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_TESTING_REPORT_JSON_H_
