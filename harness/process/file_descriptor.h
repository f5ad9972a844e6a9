// Owns a file descriptor.

#ifndef LASTWORDS_HARNESS_PROCESS_FILE_DESCRIPTOR_H_
#define LASTWORDS_HARNESS_PROCESS_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace harness {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    FileDescriptor old(std::exchange(fd_, std::exchange(other.fd_, -1)));
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_FILE_DESCRIPTOR_H_
