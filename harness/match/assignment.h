// Gives each of some that want one of what there is one of their own, if that
// can be done: a later one moves those before it to others that suit them too.
//
//   Assignment assignment(3, 3, [&](size_t wanted, size_t offered) { ... });
//   if (!assignment.Give(0)) ...   // cannot be served together with the others
//
// Source: Kuhn 1955, by augmenting paths.

#ifndef LASTWORDS_HARNESS_MATCH_ASSIGNMENT_H_
#define LASTWORDS_HARNESS_MATCH_ASSIGNMENT_H_

#include <cstddef>
#include <functional>
#include <vector>

namespace harness {

class Assignment {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // Both are numbers from 0.
  using Suits = std::function<bool(size_t wanted, size_t offered)>;

  Assignment(size_t wanted, size_t offered, Suits suits)
      : suits_(std::move(suits)),
        given_(wanted, kNone),
        holder_(offered, kNone) {}

  // Nobody gets it.
  void Withhold(size_t offered) { holder_[offered] = kWithheld; }

  // Serves this one too. Those served before stay served.
  bool Give(size_t wanted);

  // What it was given, or kNone.
  size_t Given(size_t wanted) const { return given_[wanted]; }

 private:
  static constexpr size_t kWithheld = kNone - 1;

  bool Augment(size_t wanted, std::vector<bool>& seen);

  const Suits suits_;
  std::vector<size_t> given_;   // of each that wants
  std::vector<size_t> holder_;  // of each that is offered
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_MATCH_ASSIGNMENT_H_
