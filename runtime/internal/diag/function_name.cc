// ASYNC-SIGNAL-SAFE: pure functions on the caller's buffers.
#include "runtime/internal/diag/function_name.h"

#include <algorithm>
#include <cstring>

namespace runtime::internal {
namespace {

struct Spelling {
  std::string_view symbol;
  std::string_view word;
};

// Where one symbol begins another, the longer one stands first.
constexpr Spelling kOperators[] = {
    {"()", "call"},        {"[]", "index"},
    {"->*", "arrow_star"}, {"->", "arrow"},
    {"<=>", "spaceship"},  {"<<=", "shl_assign"},
    {"<<", "shl"},         {"<=", "le"},
    {"<", "lt"},           {">>=", "shr_assign"},
    {">>", "shr"},         {">=", "ge"},
    {">", "gt"},           {"==", "eq"},
    {"=", "assign"},       {"!=", "ne"},
    {"!", "not"},          {"+=", "add_assign"},
    {"++", "inc"},         {"+", "add"},
    {"-=", "sub_assign"},  {"--", "dec"},
    {"-", "sub"},          {"*=", "mul_assign"},
    {"*", "mul"},          {"/=", "div_assign"},
    {"/", "div"},          {"%=", "mod_assign"},
    {"%", "mod"},          {"^=", "xor_assign"},
    {"^", "xor"},          {"&&", "andand"},
    {"&=", "and_assign"},  {"&", "and"},
    {"||", "oror"},        {"|=", "or_assign"},
    {"|", "or"},           {"~", "compl"},
    {",", "comma"},        {" new[]", "new_array"},
    {" new", "new"},       {" delete[]", "delete_array"},
    {" delete", "delete"}, {" co_await", "co_await"},
    {"\"\" ", "literal"},
};

// What the demangler says about a function before its name.
constexpr std::string_view kPrefixes[] = {
    "non-virtual thunk to ",
    "virtual thunk to ",
    "covariant return thunk to ",
    "transaction clone for ",
    "non-transaction clone for ",
    "TLS wrapper function for ",
    "TLS init function for ",
    "guard variable for ",
    "__interceptor_",
};

// What compilers append to the copies they make of a function.
constexpr std::string_view kCloneSuffixes[] = {
    ".cold",      ".constprop.", ".isra.",      ".part.",
    ".lto_priv.", ".llvm.",      ".localalias",
};

constexpr std::string_view kAnonymous[] = {"(anonymous namespace)",
                                           "{anonymous}"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsIdentifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
         c == '_' || c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// The text written so far, cut where the buffer ends.
class Output {
 public:
  explicit Output(std::span<char> buffer) : buffer_(buffer) {}

  void Append(char c) {
    if (used_ < buffer_.size()) {
      buffer_[used_++] = c;
    } else {
      is_cut_ = true;
    }
  }
  void Append(std::string_view text) {
    for (char c : text) Append(c);
  }
  void Clear() {
    used_ = 0;
    is_cut_ = false;
  }
  std::string_view Finish() {
    if (used_ == 0) Append('?');
    if (is_cut_) {
      const size_t dots = std::min<size_t>(3, used_);
      memset(buffer_.data() + used_ - dots, '.', dots);
    }
    return text();
  }

  bool empty() const { return used_ == 0; }
  char last() const { return used_ == 0 ? '\0' : buffer_[used_ - 1]; }
  std::string_view text() const { return {buffer_.data(), used_}; }

 private:
  const std::span<char> buffer_;
  size_t used_ = 0;
  bool is_cut_ = false;
};

// One pass over the name, outside of all brackets. What stands before a blank
// was the return type, and is forgotten.
class Parser {
 public:
  Parser(std::string_view in, std::span<char> out) : in_(in), out_(out) {}

  std::string_view Parse() {
    while (SkipAny(kPrefixes)) {
    }
    while (!in_.empty() && Step()) {
    }
    return out_.Finish();
  }

  bool is_lambda_pointer() const { return is_lambda_pointer_; }

 private:
  // False at the end of the name.
  bool Step() {
    const char c = in_.front();
    if (Skip("::")) {
      StartPiece();
    } else if (c == ' ') {
      return Blank();
    } else if (piece_starts_ && SkipAny(kAnonymous)) {
      piece_starts_ = false;
    } else if (c == '(') {
      Parenthesis();
    } else if (c == ')') {  // NOLINT(bugprone-branch-clone)
      return false;         // of (*name(...))(...)
    } else if (c == '<') {
      SkipAngles();
      if (!is_lambda_) out_.Append("<>");
    } else if (c == '{') {
      Braces();
    } else if (c == '[') {
      SkipTo(']');  // [abi:cxx11]
    } else if (c == '@') {
      return false;  // symbol@VERSION
    } else if (c == '.') {
      return Dot();
    } else if (piece_starts_ && AtOperator(in_)) {
      in_.remove_prefix(strlen("operator"));
      Operator();
    } else if (IsIdentifier(c) || c == '~') {
      Identifier();
    } else {
      in_.remove_prefix(1);
      Begin();
      out_.Append('_');
    }
    return true;
  }

  bool Skip(std::string_view text) {
    if (!in_.starts_with(text)) return false;
    in_.remove_prefix(text.size());
    return true;
  }
  template <size_t n>
  bool SkipAny(const std::string_view (&texts)[n]) {
    for (std::string_view text : texts) {
      if (Skip(text)) return true;
    }
    return false;
  }

  static bool AtOperator(std::string_view text) {
    constexpr std::string_view kWord = "operator";
    return text.starts_with(kWord) &&
           (text.size() == kWord.size() || !IsIdentifier(text[kWord.size()]));
  }

  void StartPiece() {
    piece_starts_ = true;
    after_parameters_ = false;
  }
  // Before the first character of a piece.
  void Begin() {
    if (!piece_starts_) return;
    if (!out_.empty() && out_.last() != '.') out_.Append('.');
    piece_starts_ = false;
    is_lambda_ = false;
  }

  bool Blank() {
    if (out_.text() == "decltype" && Skip(" ") && in_.starts_with('(')) {
      SkipParentheses();
    }
    if (in_.starts_with(" [clone ")) return false;
    if (after_parameters_) {
      constexpr std::string_view kQualifiers[] = {
          " const", " volatile", " &&", " &", " noexcept", " [abi:"};
      const std::string_view before = in_;
      if (SkipAny(kQualifiers)) {
        if (in_.empty() || !IsIdentifier(in_.front())) return true;
        in_ = before;
      }
    }
    while (Skip(" ")) {
    }
    if (in_.empty()) return false;
    out_.Clear();
    is_lambda_ = false;
    StartPiece();
    return true;
  }

  void Parenthesis() {
    if (piece_starts_ && out_.empty() && in_.size() > 1 &&
        (in_[1] == '*' || in_[1] == '&')) {
      in_.remove_prefix(1);
      while (Skip("*") || Skip("&") || Skip(" ")) {
      }
      return;
    }
    SkipParentheses();
    after_parameters_ = true;
  }

  // In an expression < may be "less", but then inside of parentheses; so in
  // parentheses only these count, and around them both.
  void SkipParentheses() {
    int depth = 0;
    do {
      if (in_.empty()) return;
      const char c = in_.front();
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      in_.remove_prefix(1);
    } while (depth > 0);
  }

  void SkipAngles() {
    int depth = 0;
    bool word_starts = false;
    do {
      if (in_.empty()) return;
      const char c = in_.front();
      if (c == '(') {
        SkipParentheses();
        word_starts = false;
      } else if (word_starts && AtOperator(in_)) {
        in_.remove_prefix(strlen("operator"));
        SkipOperatorSymbol();
        word_starts = false;
      } else {
        depth += c == '<' ? 1 : c == '>' ? -1 : 0;
        word_starts = !IsIdentifier(c);
        in_.remove_prefix(1);
      }
    } while (depth > 0);
  }

  void SkipTo(char end) {
    in_.remove_prefix(std::min(in_.find(end), in_.size() - 1) + 1);
  }

  const Spelling* SkipOperatorSymbol() {
    for (const Spelling& spelling : kOperators) {
      if (Skip(spelling.symbol)) return &spelling;
    }
    return nullptr;
  }

  // {lambda(int)#2}, {unnamed type#1}, {default arg#1}
  void Braces() {
    const bool is_lambda = Skip("{lambda");
    const std::string_view word = Skip("{unnamed type")  ? "type"
                                  : Skip("{default arg") ? "default"
                                                         : "";
    if (is_lambda && !in_.empty() && in_.front() == '(') SkipParentheses();
    if (is_lambda && Skip("<")) SkipTo('>');
    std::string_view number;
    if (Skip("#")) {
      size_t digits = 0;
      while (digits < in_.size() && IsDigit(in_[digits])) ++digits;
      number = in_.substr(0, digits);
    }
    SkipTo('}');
    if (is_lambda) {
      BeginLambda();
    } else {
      Begin();
      out_.Append(word.empty() ? "_" : word);
    }
    out_.Append(number);
  }

  // Go names the second closure of the first closure of f: f.func1.2
  void BeginLambda() {
    const bool is_nested = is_lambda_;
    piece_starts_ = true;
    Begin();
    if (!is_nested) out_.Append("func");
    is_lambda_ = true;
  }

  bool Dot() {
    for (std::string_view suffix : kCloneSuffixes) {
      if (in_.starts_with(suffix)) return false;
    }
    in_.remove_prefix(1);
    if (!in_.empty() && (IsIdentifier(in_.front()) || in_.front() == '~')) {
      StartPiece();
    }
    return true;
  }

  void Identifier() {
    size_t size = 1;
    while (size < in_.size() && IsIdentifier(in_[size])) ++size;
    const std::string_view word = in_.substr(0, size);
    in_.remove_prefix(size);
    if (piece_starts_ && word.starts_with("$_") && ClangLambda(word)) return;
    // The function pointer a lambda converts to, of GCC and of Clang.
    if (piece_starts_ && is_lambda_ && (word == "_FUN" || word == "__invoke")) {
      piece_starts_ = false;
      is_lambda_pointer_ = true;
      return;
    }
    Begin();
    out_.Append(word);
  }

  // $_0 is the first one: func1.
  bool ClangLambda(std::string_view word) {
    unsigned n = 0;
    for (char c : word.substr(2)) {
      if (!IsDigit(c) || n > 10'000'000) return false;
      n = n * 10 + static_cast<unsigned>(c - '0');
    }
    BeginLambda();
    char digits[10];
    size_t size = 0;
    for (++n; n != 0; n /= 10) digits[size++] = static_cast<char>('0' + n % 10);
    while (size > 0) out_.Append(digits[--size]);
    return true;
  }

  void Operator() {
    const bool is_lambda_call = is_lambda_ && in_.starts_with("()");
    if (!is_lambda_call) {
      Begin();
      out_.Append("operator_");
    }
    if (const Spelling* const spelling = SkipOperatorSymbol()) {
      if (!is_lambda_call) out_.Append(spelling->word);
    } else {
      Conversion();
    }
    piece_starts_ = false;
    if (in_.starts_with(" <")) Skip(" ");
  }

  // The type in "operator char const*() const", up to the parameters.
  void Conversion() {
    while (Skip(" ")) {
    }
    while (!in_.empty()) {
      const char c = in_.front();
      if (SkipAny(kAnonymous)) {
        Skip("::");
      } else if (in_.starts_with("(*") || in_.starts_with("(&")) {
        SkipParentheses();
        SkipParentheses();
        out_.Append("func");
      } else if (c == '(' || c == ')') {
        return;
      } else if (c == '<') {
        SkipAngles();
        out_.Append("<>");
      } else if (c == '{') {
        SkipTo('}');
        out_.Append("func");
      } else if (c == '[') {
        SkipTo(']');
      } else if (Skip("*")) {
        out_.Append("_ptr");
      } else if (Skip("&")) {
        out_.Append("_ref");
      } else if (Skip("::")) {
        out_.Append('_');
      } else {
        out_.Append(IsIdentifier(c) ? c : '_');
        in_.remove_prefix(1);
      }
    }
  }

  std::string_view in_;
  Output out_;
  bool piece_starts_ = true;
  bool after_parameters_ = false;
  bool is_lambda_ = false;  // the last piece is one
  bool is_lambda_pointer_ = false;
};

constexpr std::string_view kPanics[] = {
    "runtime.Panic",
    "runtime.Panic<>",
    "runtime.internal.Panic",
    "runtime.internal.Panic<>",
    "runtime.internal.SigPanic",
};

constexpr std::string_view kPlumbingPrefixes[] = {
    "std.",
    "__gnu_cxx.",
    "__cxxabiv1.",
    "absl.",
    "boost.",
    "lastwords_",
    "__libc_start",
    "__cxa_",
    "_Unwind_",
    "__asan_",
    "__tsan_",
    "__ubsan_",
    "__sanitizer_",
    "__lsan_",
    "__asan.",
    "__tsan.",
    "__sanitizer.",
    "__lsan.",
    "__ubsan.",
    "runtime.internal.",
    "runtime.Chan<>.",
    "runtime.Map<>.",
};

// With everything inside of them. Go has statements for these.
constexpr std::string_view kPlumbingEntities[] = {
    "runtime.Protect", "runtime.Defer",  "runtime.Main",
    "runtime.Go",      "runtime.Select", "runtime.Recover",
};

constexpr std::string_view kPlumbingFunctions[] = {
    "_start",
    "make_fcontext",
    "ontop_fcontext",
    "jump_fcontext",
    "start_thread",
    "clone",
    "clone3",
    "__clone3",
    "__restore_rt",
    "_dl_fini",
    "__gxx_personality_v0",
    "runtime.sigpanic",
    "runtime.sigpanic.call",
};

}  // namespace

std::string_view GoName(std::string_view demangled, std::span<char> out) {
  if (out.empty()) return {};
  const std::string_view name = Parser(demangled, out).Parse();
  constexpr std::string_view kPanic = "panic";
  if (std::find(std::begin(kPanics), std::end(kPanics), name) ==
      std::end(kPanics)) {
    return name;
  }
  memcpy(out.data(), kPanic.data(), kPanic.size());
  return {out.data(), kPanic.size()};
}

bool IsLambdaPointer(std::string_view demangled) {
  if (demangled.find("::_FUN") == demangled.npos &&
      demangled.find("::__invoke") == demangled.npos) {
    return false;
  }
  char name[16];  // only what is found on the way counts
  Parser parser(demangled, name);
  parser.Parse();
  return parser.is_lambda_pointer();
}

bool IsDeletingDestructor(std::string_view mangled, std::string_view go_name) {
  return mangled.starts_with("_Z") && mangled.ends_with("D0Ev") &&
         go_name.find(".~") != go_name.npos;
}

std::string_view LambdaArgument(std::string_view demangled) {
  constexpr std::string_view kOpening = "(<[{";
  constexpr std::string_view kClosing = ")>]}";
  const size_t lambda = demangled.find("{lambda(");
  if (lambda == std::string_view::npos) return {};
  size_t begin = lambda;
  for (int depth = 0; begin > 0; --begin) {
    const char c = demangled[begin - 1];
    if (depth == 0 && (c == '<' || c == ',')) break;
    if (kClosing.find(c) != kClosing.npos) ++depth;
    if (kOpening.find(c) != kOpening.npos && --depth < 0) return {};
  }
  if (begin == 0) return {};  // the function itself is the lambda's
  size_t end = lambda;
  for (int depth = 0; end < demangled.size(); ++end) {
    const char c = demangled[end];
    if (depth == 0 && (c == '>' || c == ',')) break;
    if (kOpening.find(c) != kOpening.npos) ++depth;
    if (kClosing.find(c) != kClosing.npos) --depth;
  }
  std::string_view argument = demangled.substr(begin, end - begin);
  argument = argument.substr(0, argument.rfind('}') + 1);  // no reference
  argument.remove_prefix(
      std::min(argument.find_first_not_of(' '), argument.size()));
  return argument;
}

bool IsPlumbing(std::string_view go_name) {
  for (std::string_view prefix : kPlumbingPrefixes) {
    if (go_name.starts_with(prefix)) return true;
  }
  for (std::string_view entity : kPlumbingEntities) {
    if (!go_name.starts_with(entity)) continue;
    if (go_name.size() == entity.size()) return true;
    const char next = go_name[entity.size()];
    if (next == '.' || next == '<') return true;
  }
  return std::find(std::begin(kPlumbingFunctions), std::end(kPlumbingFunctions),
                   go_name) != std::end(kPlumbingFunctions);
}

}  // namespace runtime::internal
