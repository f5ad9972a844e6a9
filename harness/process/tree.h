// Finds and ends what a program has started.
//
// A process belongs to the tree if any of these says so, each of which the
// others can do without:
//
//   evidence                        outlives              defeated by
//   the tag (tree_tag.h)            everything else here  setting both limits
//   session or group of the root    clearing the limits   setsid
//   a parent that belongs to it     setsid                a parent that died
//   the pipe to us (Holders)        all of the above      closing it
//
// An orphan is adopted by the harness, which is a subreaper; that is how it can
// be reaped, and nothing gets away unseen (orphans.h), but says nothing about
// whose orphan it is.

#ifndef LASTWORDS_HARNESS_PROCESS_TREE_H_
#define LASTWORDS_HARNESS_PROCESS_TREE_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/process/tree_tag.h"

namespace harness {

// A process other than the root of the tree.
struct Relative {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::string name;
  // No program runs in it any more: a zombie, or on the way to be one.
  bool exiting = false;
  // Waits for a processor, so that it can not be said what it is up to.
  bool runnable = false;
};

class Tree {
 public:
  Tree() = default;
  Tree(pid_t root, TreeTag tag) : root_(root), tag_(tag) {}

  // From the start of the root on, kQuick looks only at process ids given out
  // since then; it takes microseconds, but the ids must not have come round.
  enum class Search { kQuick, kThorough };
  // Reaps on the way what it can.
  std::vector<Relative> Find(Search search) const;

  // By the tag, the session or the group.
  bool Owns(pid_t pid) const;

  // Relatives by the pipe alone: whoever else has it open.
  static std::vector<Relative> Holders(int pipe_fd);

 private:
  bool SharesGroup(pid_t pid) const;

  pid_t root_ = 0;
  TreeTag tag_;
};

// What there is to know of these processes, those left out that are gone.
std::vector<Relative> ReadRelatives(const std::vector<pid_t>& pids);

// Kills them, with all of their process groups.
void Kill(const std::vector<Relative>& relatives);

// Reaps those that are our children and have ended. Returns the others, less
// those that are gone by themselves.
std::vector<Relative> Reap(std::vector<Relative> relatives);

LeakedProcess Describe(const Relative& relative);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_TREE_H_
