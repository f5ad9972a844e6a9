#include "harness/process/orphans.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "harness/process/proc_files.h"
#include "harness/process/tree_tag.h"

namespace harness {
namespace {

// A row of processes, each the child of the last, may go on for ever.
constexpr int kLooks = 16;
// A look takes some 15 us.
constexpr int kChaseLooks = 200;
constexpr std::size_t kMostChased = 8;

// With its group, in which a child is until it leaves.
void KillWithGroup(pid_t pid) {
  const pid_t group = getpgid(pid);
  if (group > 1 && getsid(pid) != getsid(0)) kill(-group, SIGKILL);
  kill(pid, SIGKILL);
}

// How it ended, without reaping it; no process (si_pid) if it has not.
siginfo_t HowEnded(pid_t pid) {
  siginfo_t info{};
  waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
  return info;
}

}  // namespace

Orphans::Orphans() {
  for (const pid_t pid : ChildrenOf(getpid())) others_.insert(pid);
}

bool Orphans::IsStray(pid_t pid) const {
  // Who shares our session was never started by us: that begins with a session
  // of its own, and there is no way back.
  return !TreeTag::Of(pid).MadeHere() && getsid(pid) != getsid(0) &&
         !others_.contains(pid);
}

std::vector<pid_t> Orphans::Those(const Belongs& belongs) const {
  // The roots that run; and siblings that one has had made (CLONE_PARENT),
  // which are no orphans, but as unknown to us.
  std::vector<pid_t> those = ChildrenOf(gettid());
  const std::set<pid_t> started(those.begin(), those.end());
  std::erase_if(those, [&belongs](pid_t pid) { return !belongs(pid); });
  for (const pid_t pid : ChildrenOf(getpid())) {
    if (started.contains(pid)) continue;
    if (belongs(pid)) {
      those.push_back(pid);
    } else if (TreeTag::Of(pid).MadeHere() || IsStray(pid)) {
      // Another's. If it has ended, it is only in the way of this list.
      waitpid(pid, nullptr, WNOHANG);
    }
  }
  return those;
}

Orphans::Belongs Orphans::To(const Tree& tree) {
  return [&tree](pid_t pid) { return tree.Owns(pid); };
}

Orphans::Belongs Orphans::ToNobody() const {
  return [this](pid_t pid) { return IsStray(pid); };
}

std::vector<Relative> Orphans::Find(const Belongs& belongs,
                                    std::vector<Relative>* met) const {
  for (int look = 1;; ++look) {
    std::vector<Relative> found = ReadRelatives(Those(belongs));
    if (met != nullptr) met->insert(met->end(), found.begin(), found.end());
    if (found.empty() || look == kLooks) return found;
    std::vector<Relative> left = Reap(std::move(found));
    if (!left.empty()) return left;
  }
}

std::vector<Relative> Orphans::Chase(const Belongs& belongs,
                                     std::vector<Relative>* met) const {
  std::vector<Relative> caught;
  for (int look = 0; look < kChaseLooks; ++look) {
    std::vector<pid_t> pids = Those(belongs);
    if (pids.empty()) break;
    std::erase_if(pids, [&caught, met](pid_t pid) {
      const siginfo_t end = HowEnded(pid);
      if (end.si_pid != pid) return false;
      const bool killed = end.si_code == CLD_KILLED && end.si_status == SIGKILL;
      if (std::vector<Relative>* const into = killed ? &caught : met) {
        const std::vector<Relative> one = ReadRelatives({pid});
        into->insert(into->end(), one.begin(), one.end());
      }
      waitpid(pid, nullptr, WNOHANG);
      return true;
    });
    if (pids.size() > kMostChased) break;
    for (const pid_t pid : pids) KillWithGroup(pid);
  }
  return caught;
}

}  // namespace harness
