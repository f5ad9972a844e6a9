// What the process runner costs beside the least that it could:
//
//   build/release/bin/runner_bench --benchmark_enable_random_interleaving=true
//     --benchmark_repetitions=5 --benchmark_report_aggregates_only=true
//     --benchmark_min_time=0.01
//
// The ratios at the end are of medians, of the same run. Peers that are whole
// programs: harness/bench/peers.sh.

#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "harness/bench/raw_spawn.h"
#include "harness/process/process.h"

namespace harness {
namespace {

constexpr int kRuns = 500;
constexpr std::size_t kOutputBytes = std::size_t{16} << 10;
constexpr std::size_t kResidentBytes = std::size_t{1} << 30;

void Check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "runner_bench: %s\n", what);
  std::exit(1);
}

void RunRaw(benchmark::State& state, Session session) {
  const auto in_flight = static_cast<int>(state.range(0));
  for (auto _ : state) {
    Check(RawSpawn(CRASHER, kRuns, in_flight, session) == kRuns * kOutputBytes,
          "not all was read");
  }
  state.SetItemsProcessed(state.iterations() * kRuns);
}

void Raw(benchmark::State& state) { RunRaw(state, Session::kShared); }

void RawInSessions(benchmark::State& state) { RunRaw(state, Session::kOwn); }

void Runner(benchmark::State& state) {
  ProcessRunner runner(static_cast<int>(state.range(0)));
  ProcessRequest request;
  request.program = CRASHER;
  for (auto _ : state) {
    std::size_t good = 0;
    for (int i = 0; i < kRuns; ++i) {
      runner.Submit(request, [&good](const auto& result) {
        good += result.ok() && result->output.size() == kOutputBytes ? 1 : 0;
      });
    }
    runner.Wait();
    Check(good == kRuns, "a program did not do as it should");
  }
  state.SetItemsProcessed(state.iterations() * kRuns);
}

// One program after the other, from the question to the answer. Where starting
// one copies page tables, 1 GiB that is resident makes it slow.
void Latency(benchmark::State& state) {
  void* memory = MAP_FAILED;
  if (state.range(0) != 0) {
    memory = mmap(nullptr, kResidentBytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    Check(memory != MAP_FAILED, "no memory");
  }
  ProcessRunner runner(1);
  ProcessRequest request;
  request.program = CRASHER;
  for (auto _ : state) {
    runner.Submit(request, [](const auto&) {});
    runner.Wait();
  }
  state.SetItemsProcessed(state.iterations());
  if (memory != MAP_FAILED) munmap(memory, kResidentBytes);
}

BENCHMARK(Raw)->Arg(1)->Arg(2)->Arg(4)->UseRealTime();
BENCHMARK(RawInSessions)->Arg(1)->Arg(2)->Arg(4)->UseRealTime();
BENCHMARK(Runner)->Arg(1)->Arg(2)->Arg(4)->UseRealTime();
BENCHMARK(Latency)->ArgName("GiB")->Arg(0)->Arg(1)->UseRealTime();

// Prints as usual, and remembers the medians.
class WithRatios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const bool is_median = run.aggregate_name == "median";
      const bool is_only = run.aggregate_name.empty() && run.repetitions <= 1;
      if (!is_median && !is_only) continue;
      rates_[run.run_name.function_name + "/" + run.run_name.args] =
          run.counters.at("items_per_second").value;
    }
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    for (const std::string in_flight : {"1", "2", "4"}) {
      for (const std::string peer : {"Raw/", "RawInSessions/"}) {
        Print("Runner/" + in_flight, peer + in_flight, "the runner, of it");
      }
    }
    Print("Latency/GiB:0", "Latency/GiB:1", "latency with 1 GiB, times");
  }

 private:
  void Print(const std::string& a, const std::string& b, const char* what) {
    if (!rates_.contains(a) || !rates_.contains(b)) return;
    std::printf("%-16s %8.0f/s  %-16s %8.0f/s  %s: %.2f\n", a.c_str(),
                rates_[a], b.c_str(), rates_[b], what, rates_[a] / rates_[b]);
  }

  std::map<std::string, double> rates_;
};

}  // namespace
}  // namespace harness

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  harness::WithRatios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
