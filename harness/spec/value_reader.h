// Takes typed values out of a JsonValue, expands variables, and writes down
// what is wrong: the hands of SpecReader.

#ifndef LASTWORDS_HARNESS_SPEC_VALUE_READER_H_
#define LASTWORDS_HARNESS_SPEC_VALUE_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "harness/spec/diagnostic.h"
#include "harness/spec/json_value.h"
#include "harness/spec/variables.h"

namespace harness {

// Every function reports at the value's position and returns something empty
// when the value is not what it should be; the reading goes on.
class ValueReader {
 public:
  // Safety: keeps references to all three.
  ValueReader(const std::string& file, const Variables& variables,
              Diagnostics& errors)
      : file_(file), variables_(variables), errors_(errors) {}

  void Error(Position where, std::string message);
  void Error(Position where, const absl::Status& status);

  // Reports "expected a string, got an array" unless the kind is right.
  bool Is(const JsonValue& value, JsonValue::Kind kind);

  // A string with its variables expanded; not empty, unless that is said.
  std::string Text(const JsonValue& value, bool may_be_empty = false);
  bool Boolean(const JsonValue& value);
  int64_t Integer(const JsonValue& value, int64_t least, int64_t most);

  // One string, or an array of strings that is not empty: its elements.
  std::vector<const JsonValue*> OneOrMore(const JsonValue& value);

  // Reports an unknown key with the nearest of the known ones.
  void UnknownKey(const JsonMember& member,
                  const std::vector<std::string>& known);

  const Variables& variables() const { return variables_; }

 private:
  const std::string& file_;
  const Variables& variables_;
  Diagnostics& errors_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_VALUE_READER_H_
