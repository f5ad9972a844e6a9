// A part of the tests, so that n machines run all of them once:
//
//   lastwords run --shard 2/3
//
// The tests are put in the order of a hash of their names and dealt in turn.
// So it does not matter which file was read first; no two shards differ by more
// than one test; and the rows of one table, which are alike, do not all fall
// into the same shard, as they may when names are dealt by the alphabet.
//
// Source: the hash is FNV-1a of 64 bits with the finalizer of MurmurHash3. It
// is the same everywhere; std::hash and absl::Hash promise nothing of the kind.

#ifndef LASTWORDS_HARNESS_CLI_SHARD_H_
#define LASTWORDS_HARNESS_CLI_SHARD_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace harness {

struct Shard {
  int index = 1;  // from 1 to `total`
  int total = 1;
};

// "2/3".
// Errors: InvalidArgument for anything else, and unless 1 <= index <= total.
absl::StatusOr<Shard> ParseShard(const std::string& text);

// Those of `names`, no two of which are equal, that `shard` runs.
std::set<std::string> NamesOfShard(const std::vector<std::string>& names,
                                   Shard shard);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_SHARD_H_
