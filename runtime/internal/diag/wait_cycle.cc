// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks but the symbolizer's.
#include "runtime/internal/diag/wait_cycle.h"

#include <sys/mman.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "runtime/internal/base/config.h"
#include "runtime/internal/base/read_memory.h"
#include "runtime/internal/diag/json_report.h"
#include "runtime/internal/diag/symbolizer.h"
#include "runtime/internal/diag/traceback.h"
#include "runtime/internal/diag/wait_graph.h"
#include "runtime/internal/sched/goroutine_table.h"
#include "runtime/internal/sync/channel.h"
#include "runtime/internal/sync/lock_record.h"
#include "runtime/internal/sync/select.h"

namespace runtime::internal {
namespace {

constexpr size_t kMaxLines = 16;
constexpr size_t kMaxCases = 4;

// What there is to know. -----------------------------------------------------

bool IsWaiting(const G* g) {
  return g->state.load(std::memory_order_acquire) == GState::kWaiting;
}

// Which have a LockRecord for an object.
bool IsForALock(WaitReason reason) {
  return reason == WaitReason::kMutexLock || reason == WaitReason::kOnceDo ||
         reason == WaitReason::kRWMutexLock ||
         reason == WaitReason::kRWMutexRLock;
}

// Of an object that may be gone, or the lock of another by now.
uint64_t HolderOf(const Wait& wait) {
  if (!IsForALock(wait.reason) || wait.object == nullptr) return 0;
  uint64_t holder = 0;
  const auto* record = static_cast<const LockRecord*>(wait.object);
  return ReadMemory(&record->holder, &holder) ? holder : 0;
}

bool ReadWait(const G* g, Wait* wait) {
  if (!IsWaiting(g)) return false;
  wait->g = g;
  wait->parks = g->parks.load(std::memory_order_relaxed);
  wait->waiter = KeyOf(g);
  wait->reason = g->wait_reason.load(std::memory_order_relaxed);
  wait->object = g->waits_for.load(std::memory_order_acquire);
  wait->holder = HolderOf(*wait);
  if (wait->holder != 0) {
    const auto* record = static_cast<const LockRecord*>(wait->object);
    if (!ReadMemory(&record->locked_at, &wait->locked_at)) wait->locked_at = 0;
  }
  return true;
}

bool StillWaits(const Wait& wait) {
  return HolderOf(wait) == wait.holder &&
         wait.g->parks.load(std::memory_order_acquire) == wait.parks &&
         IsWaiting(wait.g);
}

// Read one after the other, the waits of a cycle need not have been there at
// the same time. But who was parked before and after has been parked all the
// while, has locked nothing, and if it still holds its lock has always held it.
void DropUnsteadyCycle(std::span<Wait> waits, size_t first) {
  bool steady = true;
  size_t i = first;
  do {
    steady = steady && StillWaits(waits[i]);
    i = waits[i].next;
  } while (i != first);
  if (steady) return;
  do {
    waits[i].cycle = 0;
    i = waits[i].next;
  } while (i != first);
}

size_t ReadWaits(Wait* waits, size_t max) {
  size_t count = 0;
  for (size_t i = 0; i < max; ++i) {
    Wait wait;
    if (ReadWait(GoroutineAt(i), &wait)) waits[count++] = wait;
  }
  FindCycles({waits, count});
  for (size_t i = 0; i < count; ++i) {
    if (waits[i].cycle == i + 1) DropUnsteadyCycle({waits, count}, i);
  }
  return count;
}

bool HasEnded(uint64_t key) {
  for (size_t i = 0; i < GoroutineTableSize(); ++i) {
    const G* g = GoroutineAt(i);
    if (g->state.load(std::memory_order_acquire) == GState::kIdle) continue;
    if (KeyOf(g) == key) return false;
  }
  return true;
}

// How it is said. ------------------------------------------------------------

void PrintWho(Printer& out, uint64_t key) {
  if (key == kThreadKey) {
    out.Str("a thread");  // that has locked before it was known
  } else if ((key & kThreadKey) != 0) {
    out.Str("thread ").Udec(key & ~kThreadKey);
  } else {
    out.Str("goroutine ").Udec(key);
  }
}

bool IsPrograms(const Frame& frame) {
  return !frame.is_plumbing && !frame.function.starts_with("runtime.");
}

// The program's innermost function there, in which a lock guard's constructor,
// say, is inlined.
void PrintPlace(Printer& out, std::string_view what, uintptr_t pc) {
  if (pc == 0) return;
  Frame frames[Symbolizer::kMaxInlined];
  const int count = Symbolizer::Symbolize(pc, frames, Symbolizer::kMaxInlined);
  const Frame* place = std::find_if(frames, frames + count - 1, IsPrograms);
  if (place->line == 0) return;
  out.Str(what).Str(place->file).Char(':').Dec(place->line);
}

void PrintObject(Printer& out, std::string_view what, const void* object) {
  out.Str(what).Hex(reinterpret_cast<uintptr_t>(object));
}

void PrintHolder(Printer& out, const Wait& wait,
                 std::string_view held = ", held by ",
                 std::string_view at = ", locked at ") {
  if (wait.holder == 0) return;
  out.Str(held);
  PrintWho(out, wait.holder);
  if (wait.holder == wait.waiter) {
    out.Str(" itself");
  } else if (wait.holder != kThreadKey && HasEnded(wait.holder)) {
    out.Str(", which has ended");
  }
  PrintPlace(out, at, wait.locked_at);
}

// Readers are counted, nobody knows who they are. Who waits to read though no
// writer holds the lock waits for a writer that waits.
void PrintReaders(Printer& out, const Wait& wait) {
  const auto* record = static_cast<const RWLockRecord*>(wait.object);
  int64_t readers = 0;
  if (!ReadMemory(&record->readers, &readers) || readers <= 0) return;
  out.Str(", held by ").Dec(readers).Str(readers == 1 ? " reader" : " readers");
  if (wait.reason == WaitReason::kRWMutexRLock) out.Str(", behind a writer");
}

void PrintChannel(Printer& out, bool is_send, const ChannelBase* channel) {
  out.Str(is_send ? " to send on" : " to receive on");
  if (channel == nullptr) {
    out.Str(" a nil channel");
    return;
  }
  PrintObject(out, " channel ", channel);
  uintptr_t made_at = 0;
  if (ReadMemory(&channel->made_at, &made_at)) {
    PrintPlace(out, ", made at ", made_at);
  }
}

void PrintCase(Printer& out, SelectCase* const* pointer) {
  SelectCase* one = nullptr;
  ChannelBase* channel = nullptr;
  bool is_send = false;
  if (ReadMemory(pointer, &one) && ReadMemory(&one->channel, &channel) &&
      ReadMemory(&one->is_send, &is_send)) {
    PrintChannel(out, is_send, channel);
  }
}

void PrintSelect(Printer& out, const void* object) {
  out.Str(" waits in select:");
  std::span<SelectCase* const> cases;
  if (!ReadMemory(object, &cases)) return;
  const size_t shown = std::min(cases.size(), kMaxCases);
  for (size_t i = 0; i < shown; ++i) {
    if (i != 0) out.Char(';');
    PrintCase(out, cases.data() + i);
  }
  if (shown != cases.size()) {
    out.Str("; or ").Udec(cases.size() - shown).Str(" more");
  }
}

void PrintWaitGroup(Printer& out, const void* object) {
  PrintObject(out, " waits for sync.WaitGroup ", object);
  int64_t counter = 0;
  if (ReadMemory(object, &counter)) out.Str(", its counter is ").Dec(counter);
}

void PrintWait(Printer& out, const Wait& wait) {
  PrintWho(out, wait.waiter);
  switch (wait.object == nullptr ? WaitReason::kNone : wait.reason) {
    case WaitReason::kChanReceive:
    case WaitReason::kChanSend:
      out.Str(" waits");
      PrintChannel(out, wait.reason == WaitReason::kChanSend,
                   static_cast<const ChannelBase*>(wait.object));
      break;
    case WaitReason::kSelect:
      PrintSelect(out, wait.object);
      break;
    case WaitReason::kMutexLock:
      PrintObject(out, " waits for sync.Mutex ", wait.object);
      PrintHolder(out, wait);
      break;
    case WaitReason::kOnceDo:
      PrintObject(out, " waits for sync.Once ", wait.object);
      PrintHolder(out, wait, ", run by ", ", begun at ");
      break;
    case WaitReason::kRWMutexLock:
      PrintObject(out, " waits to write under sync.RWMutex ", wait.object);
      PrintHolder(out, wait);
      PrintReaders(out, wait);
      break;
    case WaitReason::kRWMutexRLock:
      PrintObject(out, " waits to read under sync.RWMutex ", wait.object);
      PrintHolder(out, wait);
      PrintReaders(out, wait);
      break;
    case WaitReason::kCondWait:
      PrintObject(out, " waits for a signal of sync.Cond ", wait.object);
      break;
    case WaitReason::kWaitGroupWait:
      PrintWaitGroup(out, wait.object);
      break;
    default:
      out.Str(" waits: ").Str(WaitReasonText(wait.reason));
  }
}

// Prints so many lines, and counts the rest.
class WaitPrinter {
 public:
  WaitPrinter(Printer& out, std::span<const Wait> waits)
      : out_(out), waits_(waits) {}

  void PrintCycle(size_t first) {
    BeginList("\nwait cycle:\n");
    size_t i = first;
    do {
      PrintLine(waits_[i]);
      i = waits_[i].next;
    } while (i != first);
  }

  void PrintCycles() {
    for (size_t i = 0; i < waits_.size(); ++i) {
      if (waits_[i].cycle == i + 1) PrintCycle(i);
    }
  }

  void PrintOthers() {
    bool begun = false;
    for (const Wait& wait : waits_) {
      if (wait.cycle != 0) continue;
      if (!begun) BeginList("\nwaits that nobody is left to end:\n");
      begun = true;
      PrintLine(wait);
    }
  }

  void Finish() {
    if (left_out_ != 0) out_.Str("  ... and ").Udec(left_out_).Str(" more\n");
    out_.Flush();
  }

 private:
  void BeginList(std::string_view heading) {
    if (lines_ < kMaxLines) out_.Str(heading);
  }
  void PrintLine(const Wait& wait) {
    if (lines_ == kMaxLines) {
      ++left_out_;
      return;
    }
    ++lines_;
    Printer line(line_);
    PrintWait(line, wait);
    JsonOf(out_).AddWait(wait.cycle, line.buffered());
    // A line that begins with "goroutine" is a section's header.
    out_.Str("  ").Str(line.buffered()).Char('\n');
  }

  Printer& out_;
  const std::span<const Wait> waits_;
  char line_[4096];  // the paths of kMaxCases channels
  size_t lines_ = 0;
  size_t left_out_ = 0;
};

enum class Which { kCycles, kAll };

void PrintWaits(Printer& out, Which which) {
  const size_t size = GoroutineTableSize();
  if (size == 0 || !WantsExtras()) return;
  // malloc may be what the program has died of.
  void* memory = mmap(nullptr, size * sizeof(Wait), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    out.Str("\nruntime: no memory to list who waits for what\n").Flush();
    return;
  }
  Wait* waits = static_cast<Wait*>(memory);
  WaitPrinter printer(out, {waits, ReadWaits(waits, size)});
  printer.PrintCycles();
  if (which == Which::kAll) printer.PrintOthers();
  printer.Finish();
  munmap(memory, size * sizeof(Wait));
}

}  // namespace

void PrintDeadlock(Printer& out) { PrintWaits(out, Which::kAll); }

void PrintWaitCycles(Printer& out) { PrintWaits(out, Which::kCycles); }

}  // namespace runtime::internal
