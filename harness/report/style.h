// Colour, where it is wanted: nowhere else do escape sequences stand.

#ifndef LASTWORDS_HARNESS_REPORT_STYLE_H_
#define LASTWORDS_HARNESS_REPORT_STYLE_H_

#include <string>
#include <string_view>

namespace harness {

struct Style {
  bool color = false;

  std::string Red(std::string_view text) const { return Paint("31", text); }
  std::string Green(std::string_view text) const { return Paint("32", text); }
  std::string Yellow(std::string_view text) const { return Paint("33", text); }
  std::string Bold(std::string_view text) const { return Paint("1", text); }
  std::string Dim(std::string_view text) const { return Paint("2", text); }

 private:
  std::string Paint(std::string_view code, std::string_view text) const;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_STYLE_H_
