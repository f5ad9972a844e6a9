// nlohmann::json does the parsing, through its SAX interface: its own document
// type has no positions and takes duplicate keys silently. An input iterator
// counts what the lexer has consumed; every event then ends there, and begins
// at the first byte after the previous event that is not a separator.

#include "harness/spec/json_parser.h"

#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace harness {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, size_t* consumed)
      : at_(at), consumed_(consumed) {}

  const char& operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*consumed_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const {
    return at_ == other.at_;
  }

 private:
  const char* at_;
  size_t* consumed_;
};

class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const size_t& consumed,
              const std::string& file, Diagnostics& errors)
      : text_(text),
        consumed_(consumed),
        file_(file),
        errors_(errors),
        index_(text) {
    if (absl::StartsWith(std::string(text.substr(0, 3)),
                         std::string(kByteOrderMark))) {
      cursor_ = kByteOrderMark.size();
    }
  }

  JsonValue TakeRoot() { return std::move(root_); }

  // --- the SAX interface; false stops the parse ---
  bool null() { return Scalar(JsonValue::Kind::kNull) != nullptr; }
  bool boolean(bool value) {
    Scalar(JsonValue::Kind::kBoolean)->boolean = value;
    return true;
  }
  bool number_integer(int64_t value) {
    Scalar(JsonValue::Kind::kInteger)->integer = value;
    EndNumber();
    return true;
  }
  bool number_unsigned(uint64_t value) {
    bool fits = value <= uint64_t{std::numeric_limits<int64_t>::max()};
    JsonValue* number =
        Scalar(fits ? JsonValue::Kind::kInteger : JsonValue::Kind::kFraction);
    number->integer = fits ? static_cast<int64_t>(value) : 0;
    EndNumber();
    return true;
  }
  bool number_float(double, const std::string&) {
    Scalar(JsonValue::Kind::kFraction);
    EndNumber();
    return true;
  }
  bool string(std::string& value) {
    Scalar(JsonValue::Kind::kString)->text = std::move(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(size_t) { return Open(JsonValue::Kind::kObject); }
  bool end_object() { return Close(); }
  bool start_array(size_t) { return Open(JsonValue::Kind::kArray); }
  bool end_array() { return Close(); }

  bool key(std::string& name) {
    Position where = NextToken();
    cursor_ = consumed_;
    JsonValue& object = *open_.back();
    if (const JsonMember* first = object.Find(name)) {
      Report(where,
             absl::StrCat("duplicate key \"", name, "\"; first at line ",
                          first->where.line, ", column ", first->where.column));
    }
    object.members.push_back({std::move(name), where, {}});
    return true;
  }

  bool parse_error(size_t, const std::string&,
                   const nlohmann::json::exception& error) {
    std::string what = error.what();
    if (size_t dash = what.find(" - "); dash != std::string::npos) {
      what = what.substr(dash + 3);
    } else if (size_t bracket = what.find("] "); bracket != what.npos) {
      what = what.substr(bracket + 2);
    }
    what = what.substr(0, what.find("; last read: "));
    Report(index_.At(ErrorOffset(what)),
           absl::StrCat("not JSON: ", Explain(what)));
    return false;
  }

 private:
  void Report(Position where, std::string message) {
    errors_.push_back({file_, where, std::move(message)});
  }

  size_t NextTokenOffset() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", cursor_),
                    text_.size());
  }
  Position NextToken() const { return index_.At(NextTokenOffset()); }

  // The lexer has to read one byte past a number to see where it ends.
  void EndNumber() { cursor_ = consumed_ - 1; }

  JsonValue* Scalar(JsonValue::Kind kind) {
    JsonValue* value = Add(kind);
    bool number =
        kind == JsonValue::Kind::kInteger || kind == JsonValue::Kind::kFraction;
    if (!number) cursor_ = consumed_;
    return value;
  }

  bool Open(JsonValue::Kind kind) {
    if (open_.size() >= size_t{kMaxJsonDepth}) {
      Report(NextToken(),
             absl::StrCat("nested deeper than ", kMaxJsonDepth, " levels"));
      return false;
    }
    open_.push_back(Add(kind));
    cursor_ = consumed_;
    return true;
  }

  bool Close() {
    open_.pop_back();
    cursor_ = consumed_;
    return true;
  }

  // Pointers in open_ stay good: a container grows only while it is innermost.
  JsonValue* Add(JsonValue::Kind kind) {
    JsonValue* place = &root_;
    if (!open_.empty()) {
      JsonValue& parent = *open_.back();
      place = parent.kind == JsonValue::Kind::kObject
                  ? &parent.members.back().value
                  : &parent.items.emplace_back();
    }
    place->kind = kind;
    place->where = NextToken();
    return place;
  }

  size_t TrailingCommaOffset() const {
    size_t before = consumed_ < 2
                        ? text_.npos
                        : text_.find_last_not_of(" \t\r\n", consumed_ - 2);
    bool comma = before != text_.npos && text_[before] == ',';
    return comma ? before : text_.npos;
  }

  static bool IsCloser(const std::string& what) {
    return absl::StartsWith(what, "unexpected '}'") ||
           absl::StartsWith(what, "unexpected ']'");
  }

  size_t ErrorOffset(const std::string& what) const {
    if (IsCloser(what) && TrailingCommaOffset() != text_.npos) {
      return TrailingCommaOffset();
    }
    if (absl::StartsWith(what, "unexpected end of input")) return text_.size();
    bool whole_token = absl::StartsWith(what, "unexpected ") &&
                       !absl::StartsWith(what, "unexpected '");
    if (whole_token || absl::StrContains(what, "missing closing quote") ||
        what == "invalid literal" ||
        absl::StartsWith(what, "number overflow")) {
      return NextTokenOffset();
    }
    return consumed_ == 0 ? 0 : consumed_ - 1;
  }

  std::string Explain(const std::string& what) const {
    if (IsCloser(what) && TrailingCommaOffset() != text_.npos) {
      return absl::StrCat("trailing comma before ", what.substr(11, 3));
    }
    if (what != "invalid literal") return what;
    size_t at = NextTokenOffset();
    char c = at < text_.size() ? text_[at] : '\0';
    if (c == '/' || c == '#') {
      return "a comment; JSON has none, say it in \"why\"";
    }
    return "invalid literal; keys and texts stand in double quotes";
  }

  const std::string_view text_;
  const size_t& consumed_;
  const std::string& file_;
  Diagnostics& errors_;
  const LineIndex index_;
  size_t cursor_ = 0;  // one past the previous event
  JsonValue root_;
  std::vector<JsonValue*> open_;
};

}  // namespace

std::optional<JsonValue> ParseJson(std::string_view text,
                                   const std::string& file,
                                   Diagnostics& errors) {
  size_t consumed = 0;
  TreeBuilder builder(text, consumed, file, errors);
  CountingIterator begin(text.data(), &consumed);
  CountingIterator end(text.data() + text.size(), &consumed);
  if (!nlohmann::json::sax_parse(begin, end, &builder)) return std::nullopt;
  return builder.TakeRoot();
}

}  // namespace harness
