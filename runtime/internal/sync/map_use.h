// Who is using a map: any number that read or iterate, or one that writes. Who
// would make it otherwise ends the program, before it touches the table, so a
// race is a report and never a broken table.
//
// Source: Go's hashWriting flag (runtime/map.go). Differs: Go's may be missed,
// and it does not know that somebody reads; and there an iteration is noticed
// only while it steps, here from its beginning to its end.
#ifndef LASTWORDS_RUNTIME_INTERNAL_SYNC_MAP_USE_H_
#define LASTWORDS_RUNTIME_INTERNAL_SYNC_MAP_USE_H_

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "runtime/internal/base/os_mutex.h"

namespace runtime::internal {

struct G;

// An iteration that has begun; lives in its goroutine's frame.
struct MapIteration {
  G* g = nullptr;
  MapIteration* next = nullptr;
  MapIteration* previous = nullptr;
};

class MapUse {
 public:
  // Errors: fatal: "concurrent map read and map write".
  void BeginRead();
  void EndRead();
  // The goroutine that iterates may write.
  // Errors: fatal: "concurrent map writes", "concurrent map read and map
  // write", "concurrent map iteration and map write".
  void BeginWrite();
  void EndWrite();
  // Errors: fatal: "concurrent map iteration and map write".
  void BeginIteration(MapIteration* iteration);
  void EndIteration(MapIteration* iteration);

 private:
  static constexpr uint64_t kWriting = 1;
  static constexpr uint64_t kReader = 2;
  static constexpr uint64_t kIteration = uint64_t{1} << 32;
  static constexpr uint64_t kReaders = kIteration - kReader;

  bool OthersIterate();

  std::atomic<uint64_t> users_ = 0;  // kWriting, readers, iterations
  OsMutex mutex_{LockRank::kChannel};
  MapIteration* iterations_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_SYNC_MAP_USE_H_
