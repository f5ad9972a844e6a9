// The schema for editors and the loader know the same keys, everywhere.

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "harness/spec/file_text.h"
#include "harness/spec/json_parser.h"
#include "harness/spec/spec_loader.h"

namespace harness {
namespace {

using Keys = std::set<std::string>;

// No key is near it, so that the loader says which there are.
constexpr char kNoKey[] = "qqqqqqqqqqqqqqqq";

struct Place {
  const char* definition;  // in the schema
  const char* spec;        // with an unknown key there
};

void PrintTo(const Place& place, std::ostream* os) { *os << place.definition; }

Keys KeysOfLoader(std::string spec) {
  spec.replace(spec.find('@'), 1, kNoKey);
  Subjects subjects;
  subjects["testprog"].name = "testprog";
  LoadedSpecs loaded;
  LoadSpecText(spec, "x", subjects, loaded);
  const std::string marker = "expected one of ";
  for (const Diagnostic& error : loaded.errors) {
    size_t at = error.message.find(marker);
    if (error.message.find(kNoKey) == std::string::npos ||
        at == std::string::npos) {
      continue;
    }
    std::vector<std::string> keys =
        absl::StrSplit(error.message.substr(at + marker.size()), ", ");
    return Keys(keys.begin(), keys.end());
  }
  ADD_FAILURE() << FormatDiagnostics(loaded.errors);
  return {};
}

Keys KeysOfSchema(const std::string& definition) {
  absl::StatusOr<std::string> text = ReadFile(SPEC_SCHEMA);
  EXPECT_TRUE(text.ok()) << text.status();
  Diagnostics errors;
  std::optional<JsonValue> root = ParseJson(*text, SPEC_SCHEMA, errors);
  EXPECT_EQ(FormatDiagnostics(errors), "");
  Keys keys;
  const JsonMember* all = root->Find("definitions");
  const JsonMember* one = all->value.Find(definition);
  if (one == nullptr) return keys;
  for (const JsonMember& key : one->value.Find("properties")->value.members) {
    keys.insert(key.key);
  }
  return keys;
}

std::string NameOf(const testing::TestParamInfo<Place>& info) {
  return info.param.definition;
}

class SpecSchemaTest : public testing::TestWithParam<Place> {};

TEST_P(SpecSchemaTest, KnowsTheKeysOfTheLoader) {
  EXPECT_EQ(KeysOfSchema(GetParam().definition), KeysOfLoader(GetParam().spec));
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, SpecSchemaTest,
    testing::Values(
        Place{"spec", R"({"scenario":"A","@":1})"},
        Place{"limits", R"({"scenario":"A","ends":"crash","limits":{"@":1}})"},
        Place{"step", R"({"scenario":"A","steps":[{"@":1}]})"},
        Place{"line", R"({"scenario":"A","lines":[{"@":1}]})"},
        Place{"exactly", R"({"scenario":"A","frames":{"@":1}})"},
        Place{"panic", R"({"scenario":"A","panics":{"@":1}})"},
        Place{"goroutine", R"({"scenario":"A","goroutines":{"@":1}})"},
        Place{"stream", R"({"scenario":"A","stderr":{"@":1}})"}),
    NameOf);

}  // namespace
}  // namespace harness
