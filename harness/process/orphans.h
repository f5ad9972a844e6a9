// Processes whose parent has died. The kernel gives them to us, a subreaper.
//
// While anything is left of a tree whose root was reaped, one of the tree is
// our child: a process that runs, or one that has ended and is not reaped, in
// which case its children are ours by now. So no child means nothing left. No
// search of /proc can say that: it misses what is born behind it, of a parent
// that is dead when it gets there.

#ifndef LASTWORDS_HARNESS_PROCESS_ORPHANS_H_
#define LASTWORDS_HARNESS_PROCESS_ORPHANS_H_

#include <sys/types.h>

#include <functional>
#include <set>
#include <vector>

#include "harness/process/tree.h"

namespace harness {

// Safety: used, and children reaped, on one thread only, that which starts the
// roots.
class Orphans {
 public:
  // Whoever is our child by now is none.
  Orphans();

  // Whose orphan? Also as an argument, for any of these questions.
  using Belongs = std::function<bool(pid_t)>;
  // One of a tree whose root was reaped.
  static Belongs To(const Tree& tree);
  // One that has wiped off every trace of the tree it is from.
  Belongs ToNobody() const;

  // Those that have ended are reaped on the way, and all is looked at again,
  // until some are left that run. Where one always leaves another behind, the
  // last of them that have ended. Adds to `met` all that were seen, also those
  // that were reaped.
  std::vector<Relative> Find(const Belongs& belongs,
                             std::vector<Relative>* met = nullptr) const;

  // Kills them as fast as can be, for they may each start another and end.
  // Returns those that were found to have died of it. Not for crowds: the
  // kernel needs its time with those. Adds to `met` the others that ended.
  std::vector<Relative> Chase(const Belongs& belongs,
                              std::vector<Relative>* met = nullptr) const;

 private:
  bool IsStray(pid_t pid) const;
  std::vector<pid_t> Those(const Belongs& belongs) const;

  std::set<pid_t> others_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_ORPHANS_H_
