// A JSON document in which every key and every value knows where it stands.

#ifndef LASTWORDS_HARNESS_SPEC_JSON_VALUE_H_
#define LASTWORDS_HARNESS_SPEC_JSON_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/position.h"

namespace harness {

struct JsonMember;

struct JsonValue {
  enum class Kind {
    kNull,
    kBoolean,
    kInteger,
    kFraction,  // any number that is not a 64-bit integer: no spec wants one
    kString,
    kArray,
    kObject,
  };

  Kind kind = Kind::kNull;
  Position where;
  bool boolean = false;
  int64_t integer = 0;
  std::string text;
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in the order written

  // nullptr when an object has no such member, or this is no object.
  const JsonMember* Find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  Position where;
  JsonValue value;
};

// "a string", "an object": for "expected ..., got ...".
std::string_view KindName(JsonValue::Kind kind);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_JSON_VALUE_H_
