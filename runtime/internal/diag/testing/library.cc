// A library for module_test, built twice: alike, but for its names.
namespace LASTWORDS_LIBRARY {

int Double(int n) { return n + n; }

}  // namespace LASTWORDS_LIBRARY

extern "C" int (*function_of_library())(int) {  // NOLINT
  return &LASTWORDS_LIBRARY::Double;
}
