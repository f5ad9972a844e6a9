// Leaving frames that the compiler thought nothing could leave here.
//
// Clang 14 has no -fnon-call-exceptions: it lists for each function the calls
// that may throw, and an instruction that is not in the list, like a load that
// faults, is in a gap. The language's personality routine ends the process
// there, as it does for noexcept, which looks the same.
//
// Source: the tables are those of
// https://itanium-cxx-abi.github.io/cxx-abi/exceptions.pdf (Call-Site Table).
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_SITE_GAP_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_SITE_GAP_H_

#include <unwind.h>

namespace runtime::internal {

#if defined(__clang__)
inline constexpr bool kFaultsAreInGaps = true;
#else
inline constexpr bool kFaultsAreInGaps = false;
#endif

// In the stop function of a forced unwinding: if the frame is in a gap, makes
// the personality routine leave it without running anything of it. Where that
// does not work nothing is changed.
void PassGap(_Unwind_Context* context);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_CALL_SITE_GAP_H_
