// soak: runs one scenario very often, one try each, and counts what became of
// its report. See kUsage. Exit status: 0 all whole, 1 not, 2 bad usage.
//
// Children are started by posix_spawn from a few threads: 20,000 runs cost
// about what 20,000 processes cost.

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "ci/soak/judge.h"
#include "ci/soak/process.h"

namespace soak {
namespace {

constexpr char kUsage[] =
    "usage: soak --binary FILE [options]\n"
    "  --binary FILE        the program; it gets the scenario as its argument\n"
    "  --scenario NAME      default PanicRace\n"
    "  --panic LINE         its panic line, default \"panic: crash\"\n"
    "  --runs N             for each GOMAXPROCS value, default 1000\n"
    "  --jobs J             at a time, default 2\n"
    "  --gomaxprocs A,B,..  default: one group of runs without it\n"
    "  --burn M             processes that use a core meanwhile, default 0\n"
    "  --limit-ms T         a run that takes longer hangs, default 30000\n"
    "  --keep DIR           for the output of runs that were not whole,\n"
    "                       default: soak-failures\n";

// So many outputs are kept; the rest are counted only.
constexpr int kMaxKept = 1000;

struct Options {
  std::string binary;
  std::string scenario = "PanicRace";
  std::string panic_line = "panic: crash";
  std::vector<std::string> gomaxprocs = {""};
  std::filesystem::path keep = "soak-failures";
  int runs = 1000;
  int jobs = 2;
  int burners = 0;
  int limit_ms = 30000;
};

[[noreturn]] void BadUsage(std::string_view what) {
  std::fprintf(stderr, "soak: error: %.*s\n%s", static_cast<int>(what.size()),
               what.data(), kUsage);
  std::exit(2);
}

int ParseNumber(std::string_view name, std::string_view text, int least) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least) {
    BadUsage(std::string(name) + " needs a number of at least " +
             std::to_string(least));
  }
  return number;
}

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == text.npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

void Set(Options& options, std::string_view name, std::string_view value) {
  if (name == "--binary") {
    options.binary = value;
  } else if (name == "--scenario") {
    options.scenario = value;
  } else if (name == "--panic") {
    options.panic_line = value;
  } else if (name == "--runs") {
    options.runs = ParseNumber(name, value, 1);
  } else if (name == "--jobs") {
    options.jobs = ParseNumber(name, value, 1);
  } else if (name == "--gomaxprocs") {
    options.gomaxprocs = SplitAtCommas(value);
    for (const auto& procs : options.gomaxprocs) ParseNumber(name, procs, 1);
  } else if (name == "--burn") {
    options.burners = ParseNumber(name, value, 0);
  } else if (name == "--limit-ms") {
    options.limit_ms = ParseNumber(name, value, 1);
  } else if (name == "--keep") {
    options.keep = value;
  } else {
    BadUsage("unknown option " + std::string(name));
  }
}

Options ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) BadUsage(std::string(argv[i]) + " needs a value");
    Set(options, argv[i], argv[i + 1]);
  }
  if (options.binary.empty()) BadUsage("--binary is missing");
  if (access(options.binary.c_str(), X_OK) != 0) {
    BadUsage(options.binary + ": " + std::strerror(errno));
  }
  return options;
}

// The core text alone is judged, so the extras are off; GOTRACEBACK and the
// like must not leak in from the caller.
std::vector<std::string> Environment(const std::string& gomaxprocs) {
  std::vector<std::string> environment = {"LASTWORDS_EXTRAS=0"};
  if (!gomaxprocs.empty()) environment.push_back("GOMAXPROCS=" + gomaxprocs);
  for (const char* name : {"PATH", "ASAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  return environment;
}

// One GOMAXPROCS value: the same run, options.runs times.
class Group {
 public:
  Group(const Options& options, std::string gomaxprocs)
      : options_(options),
        gomaxprocs_(std::move(gomaxprocs)),
        environment_(Environment(gomaxprocs_)) {}

  // Blocks: until every run has ended.
  void RunAll() {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (int i = 0; i < options_.jobs; ++i) {
      workers.emplace_back([this] { Work(); });
    }
    for (auto& worker : workers) worker.join();
    seconds_ =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
  }

  void PrintRow() const {
    std::printf("%-12s %8d", gomaxprocs_.empty() ? "-" : gomaxprocs_.c_str(),
                options_.runs);
    for (const auto& count : counts_) std::printf(" %8d", count.load());
    std::printf(" %8.0f\n", options_.runs / seconds_);
    std::fflush(stdout);
  }

  bool AllWhole() const { return counts_[0] == options_.runs; }

 private:
  void Work() {
    const std::vector<std::string> argv = {options_.binary, options_.scenario};
    for (int number; (number = next_.fetch_add(1)) < options_.runs;) {
      const Run run = RunChild(argv, environment_, options_.limit_ms);
      const Judgement judgement =
          Judge(options_.scenario, options_.panic_line, run);
      counts_[static_cast<size_t>(judgement.outcome)].fetch_add(1);
      if (judgement.outcome != Outcome::kWhole) Keep(number, run, judgement);
    }
  }

  void Keep(int number, const Run& run, const Judgement& judgement) {
    if (kept_.fetch_add(1) >= kMaxKept) return;
    const auto outcome = static_cast<size_t>(judgement.outcome);
    std::filesystem::create_directories(options_.keep);
    std::string name = options_.scenario + "-procs" +
                       (gomaxprocs_.empty() ? "default" : gomaxprocs_) +
                       "-run" + std::to_string(number) + "-" +
                       std::string(kOutcomeNames[outcome]) + ".txt";
    std::ofstream(options_.keep / name, std::ios::binary)
        << run.output << "--- " << judgement.why << "; ended with " << run.end
        << "\n";
  }

  const Options& options_;
  const std::string gomaxprocs_;
  const std::vector<std::string> environment_;
  std::array<std::atomic<int>, kOutcomeNames.size()> counts_{};
  std::atomic<int> next_{0};
  std::atomic<int> kept_{0};
  double seconds_ = 0;
};

int Main(int argc, char** argv) {
  const Options options = ParseOptions(argc, argv);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  // Before any thread: a burner is a plain fork.
  std::vector<std::unique_ptr<Burner>> burners;
  for (int i = 0; i < options.burners; ++i) {
    burners.push_back(std::make_unique<Burner>());
  }

  std::printf("%s, %d at a time, %d burner(s)\n", options.scenario.c_str(),
              options.jobs, options.burners);
  std::printf("%-12s %8s", "GOMAXPROCS", "runs");
  for (const auto name : kOutcomeNames) std::printf(" %8s", name.data());
  std::printf(" %8s\n", "runs/s");
  std::fflush(stdout);

  bool all_whole = true;
  for (const auto& gomaxprocs : options.gomaxprocs) {
    Group group(options, gomaxprocs);
    group.RunAll();
    group.PrintRow();
    all_whole = all_whole && group.AllWhole();
  }
  if (!all_whole) {
    std::printf("not whole; the outputs lie in %s\n", options.keep.c_str());
  }
  return all_whole ? 0 : 1;
}

}  // namespace
}  // namespace soak

int main(int argc, char** argv) { return soak::Main(argc, argv); }
