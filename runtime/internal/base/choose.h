// The one source of nondeterminism the runtime adds of its own: every place
// where several continuations are allowed asks here. A strategy may take over
// (random walk, depth-first, replay); without one the answer is a cheap
// pseudo-random number, after one predictable branch.
//
//   const uint32_t first = Choose(ChoiceKind::kStealVictim, processors);
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_CHOOSE_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_CHOOSE_H_

#include <atomic>
#include <cstdint>

namespace runtime::internal {

enum class ChoiceKind : uint8_t { kStealVictim, kSelectCase, kMapStart };

class ChoiceStrategy {
 public:
  virtual ~ChoiceStrategy() = default;
  // Returns a number below `candidates`, which is at least 1.
  virtual uint32_t Choose(ChoiceKind kind, uint32_t candidates) = 0;
};

// The strategy in force; null for none. Set before Main.
extern std::atomic<ChoiceStrategy*> choice_strategy;

// Not a secret, not seeded: only spreads.
uint32_t CheapRandom();

inline uint32_t Choose(ChoiceKind kind, uint32_t candidates) {
  ChoiceStrategy* strategy = choice_strategy.load(std::memory_order_relaxed);
  if (__builtin_expect(strategy != nullptr, 0)) {
    return strategy->Choose(kind, candidates);
  }
  return static_cast<uint32_t>((uint64_t{CheapRandom()} * candidates) >> 32);
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_CHOOSE_H_
