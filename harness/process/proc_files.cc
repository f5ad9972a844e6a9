#include "harness/process/proc_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "harness/process/file_descriptor.h"

namespace harness {
namespace {

// All of these files are shorter than this, command lines aside.
constexpr std::size_t kReadBytes = 1024;
constexpr std::size_t kCommandLineBytes = 256;
constexpr std::size_t kLinkBytes = 256;
// What the kernel makes at a time of a long file.
constexpr std::size_t kPageBytes = 4096;

// Empty if it cannot be read.
std::string ReadFile(const std::string& path, std::size_t limit_bytes) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return "";
  std::string text(limit_bytes, '\0');
  const ssize_t count = read(fd.get(), text.data(), text.size());
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

std::string ReadToEnd(const FileDescriptor& fd) {
  std::string text;
  std::size_t size = 0;
  while (true) {
    text.resize(size + kPageBytes);
    const ssize_t count = read(fd.get(), text.data() + size, kPageBytes);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

// The names in a directory that are numbers.
std::vector<int> NumbersIn(const std::string& path) {
  std::vector<int> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()),
                                                      closedir);
  if (directory == nullptr) return numbers;
  while (const dirent* entry = readdir(directory.get())) {
    int number = 0;
    if (absl::SimpleAtoi(entry->d_name, &number)) numbers.push_back(number);
  }
  return numbers;
}

// Slow; for kernels without the files that list children.
std::vector<pid_t> ProcessesOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const pid_t pid : AllProcesses()) {
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat.has_value() && stat->parent == parent) children.push_back(pid);
  }
  return children;
}

}  // namespace

std::optional<ProcStat> ParseProcStat(const std::string& text) {
  // The name may itself contain parentheses, spaces and newlines.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  ProcStat stat;
  stat.name = text.substr(open + 1, close - open - 1);
  const int read = std::sscanf(
      text.c_str() + close + 1,
      " %c %d %d %d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d",
      &stat.state, &stat.parent, &stat.group, &stat.session, &stat.flags,
      &stat.threads);
  if (read != 6) return {};
  return stat;
}

std::optional<ProcStat> ReadProcStat(pid_t pid) {
  return ParseProcStat(
      ReadFile(absl::StrCat("/proc/", pid, "/stat"), kReadBytes));
}

std::string ReadCommandLine(pid_t pid) {
  std::string line =
      ReadFile(absl::StrCat("/proc/", pid, "/cmdline"), kCommandLineBytes);
  while (!line.empty() && line.back() == '\0') line.pop_back();
  std::replace(line.begin(), line.end(), '\0', ' ');
  return line;
}

std::vector<pid_t> AllProcesses() { return NumbersIn("/proc"); }

std::vector<pid_t> ChildrenOf(pid_t thread) {
  const FileDescriptor fd(
      open(absl::StrCat("/proc/self/task/", thread, "/children").c_str(),
           O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ProcessesOf(getpid());
  std::vector<pid_t> children;
  const std::string text = ReadToEnd(fd);
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    pid_t child = 0;
    if (absl::SimpleAtoi(word, &child)) children.push_back(child);
  }
  return children;
}

pid_t LastPid() {
  const std::string text = ReadFile("/proc/loadavg", kReadBytes);
  pid_t pid = 0;
  const std::size_t space = text.rfind(' ');
  if (space == std::string::npos) return 0;
  return absl::SimpleAtoi(text.substr(space + 1), &pid) ? pid : 0;
}

bool IsProcess(pid_t pid) {
  return FileDescriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)))
      .valid();
}

std::vector<std::string> ReadDescriptors(pid_t pid) {
  const std::string directory = absl::StrCat("/proc/", pid, "/fd");
  std::vector<std::string> targets;
  for (const int number : NumbersIn(directory)) {
    std::string target(kLinkBytes, '\0');
    const ssize_t count = readlink(absl::StrCat(directory, "/", number).c_str(),
                                   target.data(), target.size());
    if (count < 0) continue;
    target.resize(static_cast<std::size_t>(count));
    targets.push_back(target);
  }
  return targets;
}

}  // namespace harness
