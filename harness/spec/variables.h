// `$pkg` and the other variables a spec's texts may use.
//
//   Variables v = {{"pkg", "testprog"}, {"k", "Int"}};
//   Expand("$pkg.My${k}Value", v)   ->  "testprog.MyIntValue"
//
// A name is a letter or underscore and then letters, digits and underscores;
// `${name}` ends it where the text would go on. `$$` is one dollar, and a
// dollar before anything else stands for itself.

#ifndef LASTWORDS_HARNESS_SPEC_VARIABLES_H_
#define LASTWORDS_HARNESS_SPEC_VARIABLES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace harness {

using Variables = std::map<std::string, std::string>;

// The name `text` begins with, without a dollar; empty if with none.
std::string_view VariableNameAt(std::string_view text);

// Errors: InvalidArgument for an unknown variable (with the nearest known one)
// and for a `${` without its brace.
absl::StatusOr<std::string> Expand(std::string_view text,
                                   const Variables& variables);

// The same inside a regular expression: values are quoted, `\$` and `$$` are
// left as they are, since `$` is the end of a line there.
absl::StatusOr<std::string> ExpandRegex(std::string_view text,
                                        const Variables& variables);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_VARIABLES_H_
