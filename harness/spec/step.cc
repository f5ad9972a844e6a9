#include "harness/spec/step.h"

namespace harness {

std::size_t FindAwaited(const TextPattern& pattern, std::string_view heard) {
  if (pattern.is_regex()) heard = heard.substr(0, heard.rfind('\n') + 1);
  std::optional<TextPattern::Span> span = pattern.Find(heard);
  return span.has_value() ? span->end : std::string_view::npos;
}

}  // namespace harness
