#include "harness/report/style.h"

namespace harness {

std::string Style::Paint(std::string_view code, std::string_view text) const {
  std::string painted(text);
  if (!color) return painted;
  return "\x1b[" + std::string(code) + "m" + painted + "\x1b[0m";
}

}  // namespace harness
