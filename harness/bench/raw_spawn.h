// The least that running programs and reading what they print can cost:
// posix_spawn, a pipe, poll, waitpid. No limits, no clean room, no trees.
//
// A session of its own for each program is what the runner promises, and costs
// most of what the runner costs where the kernel schedules by sessions
// (sched_autogroup): the more programs run, the smaller the share of who reads.

#ifndef LASTWORDS_HARNESS_BENCH_RAW_SPAWN_H_
#define LASTWORDS_HARNESS_BENCH_RAW_SPAWN_H_

#include <cstddef>

namespace harness {

enum class Session { kShared, kOwn };

// Runs `program` so often, at most `in_flight` at a time. Returns how many
// bytes all of them have printed. Ends the process where anything fails.
std::size_t RawSpawn(const char* program, int runs, int in_flight,
                     Session session);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_BENCH_RAW_SPAWN_H_
