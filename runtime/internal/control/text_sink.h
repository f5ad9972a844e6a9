// Where the text of a value goes: a string, or the report.
#ifndef LASTWORDS_RUNTIME_INTERNAL_CONTROL_TEXT_SINK_H_
#define LASTWORDS_RUNTIME_INTERNAL_CONTROL_TEXT_SINK_H_

#include <string_view>

namespace runtime::internal {

class TextSink {
 public:
  virtual void Append(std::string_view text) = 0;

 protected:
  ~TextSink() = default;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_CONTROL_TEXT_SINK_H_
