#include "harness/spec/unknown_subject.h"

#include <string>

#include "harness/spec/variables.h"

namespace harness {

UnknownSubject::UnknownSubject(const JsonValue& object) {
  TakeVariables(object);
  for (const char* key : {"requires", "xfail"}) {
    if (const JsonMember* member = object.Find(key)) TakeFacts(member->value);
  }
  // What the rows of a table define is not the subject's.
  if (const JsonMember* table = object.Find("cases")) {
    DropColumns(table->value);
  }
}

void UnknownSubject::TakeVariables(const JsonValue& value) {
  TakeVariables(value.text, value.where);
  for (const JsonValue& item : value.items) TakeVariables(item);
  for (const JsonMember& member : value.members) {
    TakeVariables(member.key, member.where);
    TakeVariables(member.value);
  }
}

// Each has its own text as its value: it is like no other.
void UnknownSubject::TakeVariables(std::string_view text, Position where) {
  for (size_t at = text.find('$'); at != text.npos; at = text.find('$', at)) {
    ++at;
    const bool braced = text.substr(at, 1) == "{";
    const std::string name(VariableNameAt(text.substr(at + (braced ? 1 : 0))));
    if (name.empty()) continue;
    subject_.values[name] = "$" + name;
    decides_.insert(where);
  }
}

void UnknownSubject::TakeFacts(const JsonValue& value) {
  for (const JsonValue& item : value.items) TakeFacts(item);
  for (const JsonMember& fact : value.members) {
    subject_.values.emplace(fact.key, "$" + fact.key);
  }
}

void UnknownSubject::DropColumns(const JsonValue& table) {
  for (const char* own : {"k", "v"}) subject_.values.erase(own);
  for (const JsonMember& row : table.members) {
    for (const JsonMember& column : row.value.members) {
      subject_.values.erase(column.key);
    }
  }
}

}  // namespace harness
