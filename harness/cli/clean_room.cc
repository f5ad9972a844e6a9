#include "harness/cli/clean_room.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace harness {
namespace {

using Environment = std::map<std::string, std::string>;

Environment Cleaned(bool extras) {
  Environment environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                             {"HOME", "/nonexistent"},
                             {"LANG", "C"},
                             {"TERM", "dumb"}};
  if (!extras) environment["LASTWORDS_EXTRAS"] = "0";
  for (const char* name :
       {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment[name] = value;
  }
  return environment;
}

std::vector<std::string> Flattened(const Environment& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(absl::StrCat(name, "=", value));
  }
  return variables;
}

// A sanitizer reserves terabytes of address space for its shadow.
bool IsSanitized(const Subject& subject) {
  auto sanitizer = subject.values.find("sanitizer");
  return sanitizer != subject.values.end() && sanitizer->second != "none";
}

double TimeFactor(const SpecLimits& limits, const Subject& subject) {
  if (limits.time_factor == 0 || !IsSanitized(subject)) {
    return subject.TimeFactor();
  }
  return static_cast<double>(limits.time_factor);
}

Step MakeStep(const SpecStep& step) {
  switch (step.act) {
    case SpecStep::Act::kSend:
      return Step::SendSignal(step.signal);
    case SpecStep::Act::kInput:
      return Step::SendInput(step.text);
    case SpecStep::Act::kCloseStdin:
      return Step::CloseInput();
    case SpecStep::Act::kWait:
      break;
  }
  return Step::WaitFor([pattern = *step.pattern](std::string_view heard) {
    return FindAwaited(pattern, heard);
  });
}

}  // namespace

std::vector<std::string> CleanEnvironment(bool extras) {
  return Flattened(Cleaned(extras));
}

ProcessRequest MakeRequest(const Spec& spec, const Subject& subject,
                           const std::vector<std::string>& more_env) {
  ProcessRequest request;
  request.program = subject.binary;
  request.args = spec.args;
  request.stdin_text = spec.stdin_text;
  for (const SpecStep& step : spec.steps) {
    request.steps.push_back(MakeStep(step));
  }
  Environment environment = Cleaned(spec.extras);
  for (const auto& [name, value] : spec.env) environment[name] = value;
  for (const std::string& variable : more_env) {
    size_t equals = variable.find('=');
    environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  request.env = Flattened(environment);
  request.limits.time = absl::Milliseconds(spec.limits.time_ms) *
                        TimeFactor(spec.limits, subject);
  request.separate_streams = spec.SeparatesStreams();
  request.limits.output_bytes = spec.limits.output_bytes;
  request.limits.output_kill_bytes =
      std::max(request.limits.output_kill_bytes, spec.limits.output_bytes);
  // So that what is not excessive is judged whole.
  request.limits.kept_bytes = std::max(spec.limits.output_bytes, kMiB);
  request.limits.memory_bytes =
      IsSanitized(subject) ? 0 : spec.limits.memory_bytes;
  request.limits.core_bytes = spec.limits.core_bytes;
  request.limits.file_size_bytes = spec.limits.file_size_bytes;
  return request;
}

}  // namespace harness
