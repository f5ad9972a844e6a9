// What stands for something that changes from run to run.
//
//   {addr} {goid} {pc} {file} {line} {dur}    one of that kind
//   {goid:parent}    the same wherever that name stands in one spec
//   {parent}         what that name has become, here or in an expression
//                    with a group (?P<parent>...)
//   {{               a brace
//
// A brace before anything else stands for itself, in an expression too: the
// {3} in /0{3}/ repeats, as ever.

#ifndef LASTWORDS_HARNESS_SPEC_PLACEHOLDER_H_
#define LASTWORDS_HARNESS_SPEC_PLACEHOLDER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/spec/variables.h"

namespace harness {

// The names of a spec that may be used, each with its kind; empty for a group
// of an expression.
using CaptureNames = std::map<std::string, std::string>;

// A part of a text or expression.
struct PatternPiece {
  enum class Kind {
    kText,         // itself
    kExpression,   // part of a regular expression
    kPlaceholder,  // one of `text`, which is a kind; perhaps under a name
    kUse,          // what `name` has become
  };

  Kind kind = Kind::kText;
  std::string text;
  std::string name;
};

// Cuts what was written into its pieces, with variables expanded. Adds the
// names it finds to `names`.
// Errors: InvalidArgument for an unknown placeholder or undefined name (with
// the nearest), for a name of two kinds, and those of Expand.
absl::StatusOr<std::vector<PatternPiece>> SplitPlaceholders(
    std::string_view written, bool regex, const Variables& variables,
    CaptureNames& names);

// What one of this kind looks like, as a regular expression.
std::string_view KindExpression(std::string_view kind);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_PLACEHOLDER_H_
