#include "harness/match/assignment.h"

namespace harness {

bool Assignment::Give(size_t wanted) {
  std::vector<bool> seen(holder_.size(), false);
  return Augment(wanted, seen);
}

// As deep as there are that want.
bool Assignment::Augment(size_t wanted, std::vector<bool>& seen) {
  for (size_t offered = 0; offered < holder_.size(); ++offered) {
    if (seen[offered] || holder_[offered] == kWithheld ||
        !suits_(wanted, offered)) {
      continue;
    }
    seen[offered] = true;
    if (holder_[offered] != kNone && !Augment(holder_[offered], seen)) {
      continue;
    }
    holder_[offered] = wanted;
    given_[wanted] = offered;
    return true;
  }
  return false;
}

}  // namespace harness
