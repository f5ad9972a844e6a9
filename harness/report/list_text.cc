#include "harness/report/list_text.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "harness/spec/diagnostic.h"

namespace harness {
namespace {

constexpr int kSkipExitStatus = 77;
constexpr double kTimeoutSlackSeconds = 30;

// A bracket argument whose closing bracket does not occur in the text.
std::string Bracketed(const std::string& text) {
  std::string equals = "=";
  while (absl::StrContains(text, absl::StrCat("]", equals, "]"))) {
    equals += "=";
  }
  return absl::StrCat("[", equals, "[", text, "]", equals, "]");
}

std::string Joined(const std::set<std::string>& words) {
  return absl::StrJoin(words, ";");
}

// Far enough above the spec's own limit that ctest never fires first.
int64_t TimeoutSeconds(const Spec& spec, const Subjects& subjects) {
  auto subject = subjects.find(spec.subject);
  double factor = subject == subjects.end() ? 1 : subject->second.TimeFactor();
  double limit = static_cast<double>(spec.limits.time_ms) / 1000 * factor;
  return static_cast<int64_t>(
      std::ceil((limit + 1) * spec.repeat + kTimeoutSlackSeconds));
}

}  // namespace

std::string FormatList(const std::vector<Spec>& specs) {
  size_t width = 0;
  for (const Spec& spec : specs) width = std::max(width, spec.Id().size());
  std::string text;
  for (const Spec& spec : specs) {
    std::string id = spec.Id();
    id.resize(width + 2, ' ');
    absl::StrAppend(&text, id, FormatPlace(spec.file, spec.where), "\n");
  }
  return text;
}

std::string FormatCtestScript(const std::vector<Spec>& specs,
                              const Subjects& subjects,
                              const CtestOptions& options) {
  std::string script;
  for (const Spec& spec : specs) {
    auto subject = subjects.find(spec.subject);
    if (subject != subjects.end() &&
        !subject->second.IsAskedFor(spec.scenario)) {
      continue;
    }
    std::string file = std::filesystem::absolute(spec.file).string();
    std::string name = Bracketed(options.prefix + spec.Id());
    absl::StrAppend(&script, "add_test(", name);
    for (const std::string& word : options.command) {
      absl::StrAppend(&script, " ", Bracketed(word));
    }
    absl::StrAppend(&script, " --skip-exit ", kSkipExitStatus, " --test ",
                    Bracketed(spec.Id()), " ", Bracketed(file), ")\n");
    std::set<std::string> labels(options.labels.begin(), options.labels.end());
    labels.insert(spec.tags.begin(), spec.tags.end());
    labels.insert(spec.family);
    absl::StrAppend(&script, "set_tests_properties(", name, " PROPERTIES",
                    " TIMEOUT ", TimeoutSeconds(spec, subjects),
                    " SKIP_RETURN_CODE ", kSkipExitStatus, " LABELS ",
                    Bracketed(Joined(labels)), " DEF_SOURCE_LINE ",
                    Bracketed(absl::StrCat(file, ":", spec.where.line)), ")\n");
  }
  return script;
}

}  // namespace harness
