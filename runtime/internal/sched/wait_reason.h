// Why a goroutine is parked: the words between the brackets of its header in
// a report. The texts are Go's and part of the output format
// (runtime/CRASH_FORMAT.md).
#ifndef LASTWORDS_RUNTIME_INTERNAL_SCHED_WAIT_REASON_H_
#define LASTWORDS_RUNTIME_INTERNAL_SCHED_WAIT_REASON_H_

#include <cstdint>
#include <iterator>

namespace runtime::internal {

enum class WaitReason : uint8_t {
  kNone,
  kChanReceive,
  kChanSend,
  kChanReceiveNil,
  kChanSendNil,
  kSelect,
  kSelectNoCases,
  kSleep,
  kMutexLock,
  kRWMutexRLock,
  kRWMutexLock,
  kWaitGroupWait,
  kCondWait,
  kOnceDo,
  kSemacquire,
  kPanicWait,
};

inline const char* WaitReasonText(WaitReason reason) {
  static constexpr const char* kTexts[] = {
      "waiting",
      "chan receive",
      "chan send",
      "chan receive (nil chan)",
      "chan send (nil chan)",
      "select",
      "select (no cases)",
      "sleep",
      "sync.Mutex.Lock",
      "sync.RWMutex.RLock",
      "sync.RWMutex.Lock",
      "sync.WaitGroup.Wait",
      "sync.Cond.Wait",
      "sync.Mutex.Lock",  // of Go's Once, which holds a Mutex
      "semacquire",
      "panicwait",
  };
  static_assert(std::size(kTexts) ==
                static_cast<size_t>(WaitReason::kPanicWait) + 1);
  return kTexts[static_cast<size_t>(reason)];
}

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SCHED_WAIT_REASON_H_
