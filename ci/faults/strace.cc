#include "ci/faults/strace.h"

#include <unistd.h>

#include <map>
#include <sstream>

#include "ci/faults/child.h"

namespace faults {
namespace {

constexpr char kStrace[] = "/usr/bin/strace";
constexpr int kHangMs = 60'000;

// What has been written to a pipe that nobody writes to any more.
std::string Drain(Pipe& pipe) {
  pipe.writer.Reset();
  std::string text;
  char chunk[4096];
  for (ssize_t n; (n = read(pipe.reader.get(), chunk, sizeof(chunk))) > 0;) {
    text.append(chunk, static_cast<size_t>(n));
  }
  return text;
}

// Whether a line of the log is a call that the thread begins.
bool IsCallOf(const std::string& line, const std::string& thread) {
  return line.starts_with(thread + " ") &&
         line.find(" resumed>") == line.npos &&
         line.find(" +++ ") == line.npos && line.find(" --- ") == line.npos;
}

}  // namespace

std::string WhyNotStrace() {
  if (access(kStrace, X_OK) != 0) return "strace is not installed";
  Child child({kStrace, "-qq", "-o", "/dev/null", "/bin/true"}, {}, {});
  child.HasEnded(kHangMs);
  return child.End() == "exit 0" ? "" : "ptrace is not permitted";
}

Traced RunTraced(const std::string& scenario, const std::string& calls,
                 const std::vector<std::string>& injections,
                 const std::vector<std::string>& environment) {
  std::vector<std::string> argv = {kStrace, "-f", "-qq", "-e",
                                   "trace=" + calls};
  for (const std::string& injection : injections) {
    argv.insert(argv.end(), {"-e", "inject=" + injection});
  }
  const Fd log = MakeFile();
  const Fd copy = MakeFile();
  Pipe pipe = MakePipe();
  const std::string log_path =
      "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(log.get());
  argv.insert(argv.end(), {"-o", log_path, Testprog(), scenario});
  std::vector<std::string> all = {"GOMAXPROCS=1", "LASTWORDS_EXTRAS=0",
                                  "TESTPROG_COPY=3"};
  all.insert(all.end(), environment.begin(), environment.end());
  Child child(argv, all, {.error = pipe.writer.get(), .third = copy.get()});
  child.HasEnded(kHangMs);
  Traced run;
  run.end = child.End();
  if (run.end != "hang") run.text = Drain(pipe);
  run.copy = TextOf(copy);
  run.log = TextOf(log);
  return run;
}

std::vector<Call> CallsFrom(const std::string& log, const std::string& text) {
  std::istringstream lines(log);
  const std::string thread = log.substr(0, log.find(' '));
  std::map<std::string, int> counts;
  std::vector<Call> calls;
  for (std::string line; std::getline(lines, line);) {
    if (!IsCallOf(line, thread)) continue;
    const size_t begin = line.find_first_not_of(' ', thread.size());
    const std::string name = line.substr(begin, line.find('(') - begin);
    const int number = ++counts[name];
    const bool is_first = line.find(text) != line.npos;
    if (is_first) calls.clear();
    if (is_first || !calls.empty()) calls.push_back({name, number});
  }
  return calls;
}

std::string At(const Call& call, const std::string& what) {
  return call.name + ":" + what + ":when=" + std::to_string(call.number);
}

bool WasInjected(const Traced& run) {
  return run.log.find("(INJECTED)") != run.log.npos;
}

}  // namespace faults
