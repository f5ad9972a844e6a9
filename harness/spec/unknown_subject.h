// Stands in for a subject that nobody knows, so that its specs are still read
// for all their other errors.

#ifndef LASTWORDS_HARNESS_SPEC_UNKNOWN_SUBJECT_H_
#define LASTWORDS_HARNESS_SPEC_UNKNOWN_SUBJECT_H_

#include <set>
#include <string_view>

#include "harness/spec/json_value.h"
#include "harness/spec/position.h"
#include "harness/spec/subject.h"

namespace harness {

class UnknownSubject {
 public:
  // It has every variable and every fact that the spec `object` asks of it.
  explicit UnknownSubject(const JsonValue& object);

  const Subject& subject() const { return subject_; }

  // True of a text with a variable in it: what is wrong there, or seems to be,
  // the subject's values would decide.
  bool Decides(Position where) const { return decides_.contains(where); }

 private:
  void TakeVariables(const JsonValue& value);
  void TakeVariables(std::string_view text, Position where);
  void TakeFacts(const JsonValue& value);
  void DropColumns(const JsonValue& table);

  Subject subject_;
  std::set<Position> decides_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_SPEC_UNKNOWN_SUBJECT_H_
