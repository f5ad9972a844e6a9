// A mark that a program passes on to everything it starts.
//
// The mark is a soft limit, set to a huge number that nobody else has. Limits
// are inherited through fork, exec, setsid and a double fork, stay when the
// environment is cleared and all descriptors are closed, and can be read from
// outside. There are two, either of which is enough: RLIMIT_RTTIME binds only
// processes with a real-time schedule, and is some 150,000 years; RLIMIT_LOCKS
// binds nobody since Linux 2.4.25.
//
// What defeats it: a process that sets both of these limits itself.

#ifndef LASTWORDS_HARNESS_PROCESS_TREE_TAG_H_
#define LASTWORDS_HARNESS_PROCESS_TREE_TAG_H_

#include <sys/types.h>

#include <cstdint>

namespace harness {

class TreeTag {
 public:
  // No tag. Matches nothing.
  TreeTag() = default;

  // A tag that no other live tree has, of this harness or another. None where
  // we are not free to set either limit.
  static TreeTag Next();

  // The tag of a process; none if it is gone or has none.
  static TreeTag Of(pid_t pid);

  // Marks the calling process. Safety: async-signal-safe.
  void Apply() const;

  bool valid() const { return value_ != 0; }
  bool MadeHere() const;
  // Both made by the same process.
  bool SameMaker(TreeTag other) const;

  friend bool operator==(TreeTag a, TreeTag b) {
    return a.valid() && a.value_ == b.value_;
  }

 private:
  explicit TreeTag(std::uint64_t value) : value_(value) {}

  std::uint64_t value_ = 0;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_TREE_TAG_H_
