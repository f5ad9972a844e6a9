// Which sanitizer this is built with: GCC and Clang say it differently.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_SANITIZER_BUILD_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_SANITIZER_BUILD_H_

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LASTWORDS_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define LASTWORDS_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define LASTWORDS_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define LASTWORDS_TSAN 1
#endif

namespace runtime::internal {

#if defined(LASTWORDS_ASAN) || defined(LASTWORDS_TSAN)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

#if defined(LASTWORDS_TSAN)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_SANITIZER_BUILD_H_
