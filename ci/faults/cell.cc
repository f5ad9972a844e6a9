#include "ci/faults/cell.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace faults {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kHangMs = 60'000;
// Where the reader comes: never reached, however loaded the machine is.
constexpr char kPatient[] = "LASTWORDS_REPORT_DEADLINE_MS=30000";
constexpr char kImpatient[] = "LASTWORDS_REPORT_DEADLINE_MS=200";
// So that 64 of these are a hang.
constexpr char kImpatientCrowd[] = "LASTWORDS_REPORT_DEADLINE_MS=1000";
constexpr int kSmallCrowd = 2;
// How long a process must hold out without its reader.
constexpr int kLateMs = 30;

// A directory of its own; tells when a file is made there.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "faults-XXXXXX";
    path_ = mkdtemp(name.data());
    changes_.Reset(inotify_init1(IN_CLOEXEC));
    inotify_add_watch(changes_.get(), path_.c_str(), IN_CREATE);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  int changes() const { return changes_.get(); }
  std::string File() const { return path_ + "/report.json"; }
  std::string Text() const {
    std::ifstream in(File());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
  Fd changes_;
};

// Until the descriptor is readable, or the child has ended.
void Await(int fd, const Child& child) {
  std::array<pollfd, 2> fds = {{{fd, POLLIN, 0}, {child.end_fd(), POLLIN, 0}}};
  poll(fds.data(), fds.size(), kHangMs);
}

// One run of a cell: its descriptors, and who reads them.
class Session {
 public:
  explicit Session(const Cell& cell) : cell_(cell) {
    MakeStderr();
    MakeCopy();
  }

  Outcome Run() {
    Child child(Arguments(), Environment(), Given());
    error_.writer.Reset();
    copy_.writer.Reset();
    std::optional<Storm> storm;
    if (cell_.meanwhile == Meanwhile::kEintr) storm.emplace(child.pid());
    HoldBack(child);
    if (!never_read()) ReadAll();
    child.HasEnded(kHangMs);
    storm.reset();
    Outcome outcome = {child.End(), text_, copied_, folder_.Text()};
    if (cell_.to == Stderr::kFile) outcome.text = TextOf(file_);
    if (!copy_is_pipe()) outcome.copy = TextOf(copy_file_);
    outcome.text.erase(0, filled_);
    return outcome;
  }

 private:
  bool late() const { return cell_.to == Stderr::kLateReader; }
  bool never_read() const { return cell_.to == Stderr::kNeverRead; }
  bool stop() const { return cell_.meanwhile == Meanwhile::kStop; }
  // A pipe of one page that nobody reads yet holds up the report, so that it is
  // stopped in the middle; a standard error that is not read does the same.
  bool copy_is_pipe() const {
    return cell_.copy_to_pipe || (stop() && !late() && !never_read());
  }

  void MakeStderr() {
    switch (cell_.to) {
      case Stderr::kFile:
        file_ = MakeFile();
        return;
      case Stderr::kFull:
        file_.Reset(open("/dev/full", O_WRONLY | O_CLOEXEC));
        return;
      case Stderr::kClosed:
        return;
      case Stderr::kPipe:
        error_ = MakePipe();
        return;
      case Stderr::kReaderGone:
        error_ = MakePipe();
        error_.reader.Reset();
        return;
      case Stderr::kLateReader:
      case Stderr::kNeverRead:
        error_ = MakePipe();
        Shrink(error_);
        filled_ = Fill(error_);
        if (late()) fcntl(error_.writer.get(), F_SETFL, O_NONBLOCK);
        return;
    }
  }

  void MakeCopy() {
    if (copy_is_pipe()) {
      copy_ = MakePipe();
      if (stop()) Shrink(copy_);
    } else {
      copy_file_ = MakeFile();
    }
  }

  std::vector<std::string> Arguments() const {
    std::vector<std::string> arguments = cell_.program;
    arguments.push_back(cell_.scenario);
    return arguments;
  }

  std::vector<std::string> Environment() const {
    std::vector<std::string> all = cell_.environment;
    const std::string at_once = std::to_string(cell_.at_once);
    const std::string own[] = {
        "TESTPROG_COPY=3",
        "TESTPROG_CROWD=" + at_once,
        "GOMAXPROCS=" + at_once,
        "LASTWORDS_EXTRAS=0",
        "LASTWORDS_REPORT=" + folder_.File(),
        Deadline(),
        std::string("TESTPROG_TIMERS=") +
            (cell_.meanwhile == Meanwhile::kSignals ? "1" : "0")};
    all.insert(all.end(), std::begin(own), std::end(own));
    return all;
  }

  std::string Deadline() const {
    if (!never_read()) return kPatient;
    return cell_.at_once > kSmallCrowd ? kImpatientCrowd : kImpatient;
  }

  Descriptors Given() const {
    const bool by_pipe = error_.writer.get() >= 0;
    return {.output = null_.get(),
            .error = by_pipe ? error_.writer.get() : file_.get(),
            .third = copy_is_pipe() ? copy_.writer.get() : copy_file_.get()};
  }

  // Reads nothing as long as the cell wants it.
  void HoldBack(const Child& child) {
    if (late() || (stop() && never_read())) {
      Await(folder_.changes(), child);  // the report begins
      if (late() && child.HasEnded(kLateMs)) return;
    } else if (stop()) {
      Await(copy_.reader.get(), child);  // it is in its middle
    }
    if (stop()) child.StopAndContinue();
  }

  // Both pipes, to their ends.
  void ReadAll() {
    std::array<pollfd, 2> fds = {
        {{error_.reader.get(), POLLIN, 0}, {copy_.reader.get(), POLLIN, 0}}};
    std::array<std::string*, 2> texts = {&text_, &copied_};
    const auto deadline = Clock::now() + std::chrono::milliseconds(kHangMs);
    while ((fds[0].fd >= 0 || fds[1].fd >= 0) && Clock::now() < deadline) {
      poll(fds.data(), fds.size(), kLateMs);
      for (size_t i = 0; i < fds.size(); ++i) {
        if (fds[i].fd >= 0 && fds[i].revents != 0 &&
            !ReadSome(fds[i].fd, texts[i])) {
          fds[i].fd = -1;
        }
      }
    }
  }

  static bool ReadSome(int fd, std::string* text) {
    std::array<char, 4096> chunk;
    const ssize_t n = read(fd, chunk.data(), chunk.size());
    if (n > 0) text->append(chunk.data(), static_cast<size_t>(n));
    return n > 0;
  }

  const Cell& cell_;
  const Folder folder_;
  const Fd null_ = Fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
  Pipe error_;
  Fd file_;  // standard error, where it is no pipe
  Pipe copy_;
  Fd copy_file_;
  size_t filled_ = 0;
  std::string text_;
  std::string copied_;
};

}  // namespace

Outcome RunCell(const Cell& cell) { return Session(cell).Run(); }

}  // namespace faults
