// Folds goroutines with equal stacks into one entry: 10,000 that wait at five
// places read as five.
//
//   GoroutineFolder folder;
//   for (Goroutine& goroutine : report.goroutines) folder.Add(goroutine);
//   for (const GoroutineGroup& group : folder.Groups(/*first_crashed=*/true))
//     std::cout << group.count << " x " << group.sample.state << "\n";
//
// Equal are goroutines of the same state whose frames and creator stand at the
// same places. Arguments, ids and minutes may differ: they tell goroutines
// apart, not what these do.

#ifndef LASTWORDS_HARNESS_CRASH_FOLD_H_
#define LASTWORDS_HARNESS_CRASH_FOLD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/crash/crash.h"

namespace harness {

struct IdRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// Ids as they came, neighbours joined; bounded however many there are.
class IdList {
 public:
  static constexpr std::size_t kMaxRanges = 4;

  void Add(IdRange range);
  void Append(const IdList& others);
  // "7", "7, 9, 12-20", "2, 7, 12, 17 ... 9997".
  std::string Text() const;

 private:
  std::vector<IdRange> ranges_;
  std::optional<std::uint64_t> last_not_kept_;
};

struct GoroutineGroup {
  Goroutine sample;  // the first of them
  std::size_t count = 0;
  IdList ids;
  std::optional<int> least_minutes;  // of those that waited so long
  std::optional<int> most_minutes;
  bool crashed = false;  // the goroutine that died; alone in its group
};

class GoroutineFolder {
 public:
  void Add(const Goroutine& goroutine);

  std::size_t goroutines() const { return goroutines_; }

  // The crashing one first, then the largest groups; equal ones in the order
  // of the report. `first_crashed`: the first goroutine is the one that died,
  // and not only the first of a list, as in a deadlock.
  std::vector<GoroutineGroup> Groups(bool first_crashed) const;

 private:
  std::optional<Goroutine> first_;
  std::size_t goroutines_ = 0;
  std::vector<GoroutineGroup> groups_;  // without first_
  std::unordered_map<std::string, std::size_t> index_;
};

// Did the first goroutine of the report bring it about? Not in a deadlock, nor
// when somebody asked for the stacks.
bool FirstGoroutineCrashed(const CrashReport& report);

// The frame where it happened: the innermost one that is neither the runtime's
// nor a library's. nullopt for a stack without frames.
std::optional<std::size_t> CrashSite(const Stack& stack);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CRASH_FOLD_H_
