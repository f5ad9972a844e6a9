// How long a crash takes, from the panic to the end of the process, with a
// report of everything, into a file: ours and Go's by turns. Whole processes.
//
//   build/release/bin/crash_bench 10 build/release/bin/parked
//   [build/.../parked_go]
//
// 10: rounds, of which the median is shown, after one that is not. 0 goroutines
// is a report of goroutine 1 alone: one stack, symbolised from cold memory,
// with files in the page cache.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace {

struct Crash {
  double ms = 0;
  long long report_bytes = 0;
};

long long NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

Crash RunOnce(const char* program, int goroutines, const std::string& file) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) Die("pipe2");
  const std::string count = std::to_string(goroutines);
  const pid_t pid = fork();
  if (pid < 0) Die("fork");
  if (pid == 0) {
    const int report = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(ends[1], STDOUT_FILENO);
    dup2(report, STDERR_FILENO);
    setenv("GOTRACEBACK", "all", 1);
    setenv("LASTWORDS_EXTRAS", "0", 1);
    execl(program, program, count.c_str(), nullptr);
    Die(program);
  }
  close(ends[1]);
  int status = 0;
  waitpid(pid, &status, 0);
  const long long ended_ns = NowNs();
  char text[64] = {};
  if (read(ends[0], text, sizeof text - 1) <= 0) Die("no time");
  close(ends[0]);
  struct stat report;
  if (stat(file.c_str(), &report) != 0) Die("stat");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 2) {
    std::fprintf(stderr, "%s: did not panic\n", program);
    std::exit(1);
  }
  return {static_cast<double>(ended_ns - std::atoll(text)) / 1e6,
          report.st_size};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 2 ? std::atoi(argv[1]) : 0;
  if (rounds < 1) {
    std::fprintf(stderr, "usage: crash_bench ROUNDS PROGRAM...\n");
    return 2;
  }
  char file[] = "/tmp/crash_bench.XXXXXX";
  close(mkstemp(file));
  std::printf("%10s  %-12s %10s %12s %10s %6s\n", "goroutines", "program", "ms",
              "goroutines/s", "bytes", "ratio");
  for (const int goroutines : {0, 1'000, 10'000, 100'000}) {
    std::vector<std::vector<double>> times(static_cast<size_t>(argc));
    std::vector<long long> bytes(static_cast<size_t>(argc));
    for (int round = 0; round <= rounds; ++round) {
      for (int i = 2; i < argc; ++i) {
        const Crash crash = RunOnce(argv[i], goroutines, file);
        const auto program = static_cast<size_t>(i);
        if (round > 0) times[program].push_back(crash.ms);
        bytes[program] = crash.report_bytes;
      }
    }
    for (int i = 2; i < argc; ++i) {
      const auto program = static_cast<size_t>(i);
      const double ms = Median(times[program]);
      const std::string path = argv[i];
      std::printf("%10d  %-12s %10.2f %12.0f %10lld %6.2f\n", goroutines,
                  path.substr(path.rfind('/') + 1).c_str(), ms,
                  goroutines / ms * 1000, bytes[program],
                  ms / Median(times[2]));
    }
  }
  unlink(file);
}
