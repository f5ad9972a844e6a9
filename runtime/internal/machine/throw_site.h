// Where exceptions were thrown, for those whose frames are gone when somebody
// asks: a noexcept function ended their way, or a catch (...) threw them again.
//
//   RecordThrow(exception);                    // by whoever raises it
//   ThrowSite site;
//   if (FindThrow(exception, &site)) {
//     UnwindFromThrow(site, UINTPTR_MAX, &trace);
//   }
//
// A fixed table, keyed by the exception object: a newer exception may take the
// place of an older one, whose report then begins where it was caught.
//
// Safety: any thread. No allocation, no locks: who finds an entry busy goes on
// without.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_THROW_SITE_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_THROW_SITE_H_

#include <unwind.h>

#include <cstdint>

#include "runtime/internal/machine/unwind.h"

namespace runtime::internal {

struct ThrowSite {
  struct Frame {
    uintptr_t pc;
    uintptr_t sp;
  };
  // Each costs every throw some 250 ns (README, "Limits").
  static constexpr int kMaxFrames = 16;

  int size = 0;
  Frame frames[kMaxFrames] = {};  // innermost first
  uintptr_t asker = 0;            // where the frame of who asks begins
};

// The frames of the caller, `skip` of them left out.
void RecordThrow(const _Unwind_Exception* exception, int skip);

// False if it was not recorded, or has been forgotten.
bool FindThrow(const _Unwind_Exception* exception, ThrowSite* site);

// The frames of the throw, followed by those of the caller that are further
// out, up to the one whose locals are at `outer_sp`.
void UnwindFromThrow(const ThrowSite& site, uintptr_t outer_sp,
                     StackTrace* trace);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_THROW_SITE_H_
