// Time: sleeping, and a channel that sends when it has passed.
//
//   runtime::Sleep(absl::Milliseconds(5));
//   runtime::After(absl::Seconds(1)).Recv();
#ifndef LASTWORDS_RUNTIME_SLEEP_H_
#define LASTWORDS_RUNTIME_SLEEP_H_

#include "absl/time/time.h"
#include "runtime/chan.h"

namespace runtime {

// Parks the calling goroutine for at least `duration`; zero or less: not at
// all.
void Sleep(absl::Duration duration);

// A channel that receives the time once `duration` has passed.
// Source: Go's time.After.
Chan<absl::Time> After(absl::Duration duration);

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_SLEEP_H_
