// A process that is started with chosen descriptors, disturbed, and outlived.
#ifndef LASTWORDS_CI_FAULTS_CHILD_H_
#define LASTWORDS_CI_FAULTS_CHILD_H_

#include <sys/types.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace faults {

// Owns a descriptor; -1: none.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~Fd() { Reset(); }

  int get() const { return fd_; }
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void Reset(int fd = -1);

 private:
  int fd_;
};

struct Pipe {
  Fd reader;
  Fd writer;
};

// Errors: what makes these ends the program when it cannot be made.
Pipe MakePipe();
Fd MakeFile();  // in memory
// The smallest there is: one page, where the kernel allows it.
void Shrink(const Pipe& pipe);
// Writes what it holds; returns how many bytes.
size_t Fill(const Pipe& pipe);

std::string TextOf(const Fd& file);

// The program that dies: testprog of this build, or LASTWORDS_TESTPROG.
std::string Testprog();

// The first descriptors of the child: standard output, standard error, 3; -1
// is a closed one. Standard input is empty.
struct Descriptors {
  int output = -1;
  int error = -1;
  int third = -1;
};

class Child {
 public:
  Child(const std::vector<std::string>& argv,
        const std::vector<std::string>& environment, Descriptors descriptors);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();  // kills

  pid_t pid() const { return pid_; }
  int end_fd() const { return pid_fd_.get(); }  // readable: it has ended
  bool HasEnded(int within_ms) const;
  // Returns once it stands still, or has ended; then lets it go on.
  void StopAndContinue() const;
  // "exit 2", "signal 6"; "hang" if it has not ended.
  std::string End();

 private:
  pid_t pid_ = 0;
  bool reaped_ = false;
  Fd pid_fd_;
};

// SIGUSR1 for every thread of the process, as fast as it goes.
class Storm {
 public:
  explicit Storm(pid_t pid);
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;
  ~Storm();

 private:
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace faults

#endif  // LASTWORDS_CI_FAULTS_CHILD_H_
