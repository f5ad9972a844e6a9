// testprog: many ways to crash, by name.
//
//   testprog PanicRace       runs the scenario
//   testprog --list          all names
//   testprog --list=json     what the harness asks: facts of this build, and
//                            the scenarios with their families
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "runtime/go.h"
#include "testprog/registry.h"

namespace testprog {
namespace {

constexpr int kExitUsage = 64;

#if defined(__clang__)
constexpr const char* kCompiler = "clang";
constexpr int kCompilerVersion = __clang_major__;
#else
constexpr const char* kCompiler = "gcc";
constexpr int kCompilerVersion = __GNUC__;
#endif

// The version of Go whose texts a report has, where versions differ.
constexpr const char* kGoVersion = "1.25";

#if defined(__has_feature)
#define LASTWORDS_HAS_FEATURE(feature) __has_feature(feature)
#else
#define LASTWORDS_HAS_FEATURE(feature) 0
#endif

constexpr const char* Sanitizer() {
#if defined(__SANITIZE_ADDRESS__) || LASTWORDS_HAS_FEATURE(address_sanitizer)
  return "address";
#elif defined(__SANITIZE_THREAD__) || LASTWORDS_HAS_FEATURE(thread_sanitizer)
  return "thread";
#else
  return "none";
#endif
}

#ifdef __OPTIMIZE__
constexpr const char* kOptimized = "yes";
#else
constexpr const char* kOptimized = "no";
#endif

void List() {
  for (const Scenario& scenario : Scenarios()) {
    std::printf("%.*s\n", static_cast<int>(scenario.name.size()),
                scenario.name.data());
  }
}

void ListAsJson() {
  nlohmann::ordered_json scenarios = nlohmann::json::array();
  for (const Scenario& scenario : Scenarios()) {
    scenarios.push_back({{"name", scenario.name},
                         {"family", scenario.family()},
                         {"file", scenario.file},
                         {"line", scenario.line}});
  }
  const nlohmann::ordered_json answer = {
      {"facts",
       {{"implementation", "lastwords"},
        {"go_version", kGoVersion},
        {"compiler", kCompiler},
        {"compiler_version", std::to_string(kCompilerVersion)},
        {"sanitizer", Sanitizer()},
        {"optimized", kOptimized}}},
      {"scenarios", scenarios}};
  std::printf("%s\n", answer.dump(2).c_str());
}

void Usage() {
  std::fprintf(stderr,
               "usage: testprog SCENARIO\n"
               "       testprog --list | --list=json\n");
}

int Unknown(std::string_view name) {
  std::fprintf(stderr, "testprog: no scenario \"%.*s\"; nearest:",
               static_cast<int>(name.size()), name.data());
  for (const std::string_view nearest : NearestNames(name)) {
    std::fprintf(stderr, " %.*s", static_cast<int>(nearest.size()),
                 nearest.data());
  }
  std::fprintf(stderr, "\n");
  Usage();
  return kExitUsage;
}

void RunArgument() { FindScenario(runtime::Arg(1))->run(); }

}  // namespace
}  // namespace testprog

int main(int argc, char** argv) {
  if (argc != 2) {
    testprog::Usage();
    return testprog::kExitUsage;
  }
  const std::string_view argument = argv[1];
  if (argument == "--list") {
    testprog::List();
    return 0;
  }
  if (argument == "--list=json") {
    testprog::ListAsJson();
    return 0;
  }
  if (testprog::FindScenario(argument) == nullptr) {
    return testprog::Unknown(argument);
  }
  runtime::Main(argc, argv, &testprog::RunArgument);
}
