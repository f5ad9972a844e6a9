// The clean room: what a subject is given, and nothing that happens to be set
// where the harness runs.
//
//   PATH             /usr/local/bin:/usr/bin:/bin
//   HOME             /nonexistent: who writes there is found out
//   LANG, TERM       C, dumb
//   LASTWORDS_EXTRAS 0, unless the spec says "extras": true
//   *SAN_OPTIONS     passed through
//
// then the spec's `env`, then --env; the last one wins.

#ifndef LASTWORDS_HARNESS_CLI_CLEAN_ROOM_H_
#define LASTWORDS_HARNESS_CLI_CLEAN_ROOM_H_

#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/spec/spec.h"
#include "harness/spec/subject.h"

namespace harness {

std::vector<std::string> CleanEnvironment(bool extras);

// `more_env`: "KEY=VALUE", as given by --env.
ProcessRequest MakeRequest(const Spec& spec, const Subject& subject,
                           const std::vector<std::string>& more_env);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_CLEAN_ROOM_H_
