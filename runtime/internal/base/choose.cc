#include "runtime/internal/base/choose.h"

namespace runtime::internal {

constinit std::atomic<ChoiceStrategy*> choice_strategy = nullptr;

// xorshift64*, one state a thread. Not inlined: the caller may be on another
// thread after its next switch, and must not keep the address.
__attribute__((noinline)) uint32_t CheapRandom() {
  thread_local uint64_t state =
      reinterpret_cast<uint64_t>(&state) | 1;  // differs by thread
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return static_cast<uint32_t>((state * 0x2545F4914F6CDD1D) >> 32);
}

}  // namespace runtime::internal
