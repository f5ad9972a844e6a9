#include "harness/process/tree.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "harness/process/proc_files.h"

namespace harness {
namespace {

// More ids than this are looked up faster by reading the whole of /proc.
constexpr pid_t kMaxQuickIds = 256;

constexpr unsigned kFlagExiting = 0x4;  // PF_EXITING of the kernel

Relative ToRelative(pid_t pid, const ProcStat& stat) {
  Relative relative;
  relative.pid = pid;
  relative.parent = stat.parent;
  relative.group = stat.group;
  relative.session = stat.session;
  relative.name = stat.name;
  const bool ended = stat.state == 'Z' || stat.state == 'X' ||
                     (stat.flags & kFlagExiting) != 0;
  // The first thread of a process may have ended, and others run on.
  relative.exiting = ended && stat.threads <= 1;
  relative.runnable = stat.state == 'R' || stat.state == 'D';
  return relative;
}

// The ids given out after `root`'s, or all of them when there are too many.
std::vector<pid_t> IdsSince(pid_t root) {
  const pid_t last = LastPid();
  if (last < root || last - root > kMaxQuickIds) return AllProcesses();
  std::vector<pid_t> ids(static_cast<std::size_t>(last - root));
  std::iota(ids.begin(), ids.end(), root + 1);
  return ids;
}

// Adds to `tree` those of the others that have a parent there.
void AddDescendants(const std::vector<pid_t>& pids, pid_t root,
                    std::vector<Relative>& tree) {
  std::vector<Relative> others = ReadRelatives(pids);
  std::set<pid_t> parents = {root};
  for (const Relative& relative : tree) parents.insert(relative.pid);
  for (bool found = true; found;) {
    found = false;
    const auto strangers = std::partition(
        others.begin(), others.end(), [&parents](const Relative& process) {
          return parents.count(process.parent) == 0;
        });
    for (auto it = strangers; it != others.end(); ++it) {
      if (!IsProcess(it->pid)) continue;
      parents.insert(it->pid);
      tree.push_back(*it);
      found = true;
    }
    others.erase(strangers, others.end());
  }
}

}  // namespace

std::vector<Relative> ReadRelatives(const std::vector<pid_t>& pids) {
  std::vector<Relative> relatives;
  for (const pid_t pid : pids) {
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat.has_value()) relatives.push_back(ToRelative(pid, *stat));
  }
  return relatives;
}

bool Tree::Owns(pid_t pid) const {
  return TreeTag::Of(pid) == tag_ || SharesGroup(pid);
}

bool Tree::SharesGroup(pid_t pid) const {
  return getpgid(pid) == root_ || getsid(pid) == root_;
}

std::vector<Relative> Tree::Find(Search search) const {
  const pid_t self = getpid();
  std::vector<Relative> tree;
  std::vector<pid_t> others;
  for (const pid_t pid :
       search == Search::kQuick ? IdsSince(root_) : AllProcesses()) {
    if (pid == root_ || pid == self) continue;
    const TreeTag tag = TreeTag::Of(pid);
    if (tag.SameMaker(tag_) && !(tag == tag_)) continue;
    // Of a thousand that were killed, most are through at the first look; this
    // is ten times as fast as to read about them.
    if (tag == tag_ && waitpid(pid, nullptr, WNOHANG) > 0) continue;
    if (!(tag == tag_) && !SharesGroup(pid)) {
      others.push_back(pid);
      continue;
    }
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat.has_value() && IsProcess(pid)) {
      tree.push_back(ToRelative(pid, *stat));
    }
  }
  // Mostly nobody is left who could be a parent; then nobody else is asked.
  const bool root_is_there = kill(root_, 0) == 0 || errno != ESRCH;
  if (root_is_there || !tree.empty()) AddDescendants(others, root_, tree);
  return tree;
}

std::vector<Relative> Tree::Holders(int pipe_fd) {
  struct stat pipe_stat {};
  if (fstat(pipe_fd, &pipe_stat) != 0) return {};
  const std::string pipe = absl::StrCat("pipe:[", pipe_stat.st_ino, "]");
  std::vector<Relative> holders;
  for (const pid_t pid : AllProcesses()) {
    if (pid == getpid()) continue;
    const std::vector<std::string> open = ReadDescriptors(pid);
    if (std::find(open.begin(), open.end(), pipe) == open.end()) continue;
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat.has_value()) holders.push_back(ToRelative(pid, *stat));
  }
  return holders;
}

void Kill(const std::vector<Relative>& relatives) {
  const pid_t own_session = getsid(0);
  std::set<pid_t> groups;
  for (const Relative& relative : relatives) {
    // A group goes in one stroke, so that it cannot fork away from under us.
    // Groups of our own session may have other members.
    if (relative.session != own_session) groups.insert(relative.group);
  }
  for (const pid_t group : groups) {
    if (group > 1) kill(-group, SIGKILL);
  }
  for (const Relative& relative : relatives) kill(relative.pid, SIGKILL);
}

std::vector<Relative> Reap(std::vector<Relative> relatives) {
  relatives.erase(
      std::remove_if(relatives.begin(), relatives.end(),
                     [](const Relative& relative) {
                       return waitpid(relative.pid, nullptr, WNOHANG) > 0 ||
                              (kill(relative.pid, 0) != 0 && errno == ESRCH);
                     }),
      relatives.end());
  return relatives;
}

LeakedProcess Describe(const Relative& relative) {
  // One that has ended has none, and its id may be another's by now.
  return {relative.pid, relative.name,
          relative.exiting ? "" : ReadCommandLine(relative.pid)};
}

}  // namespace harness
