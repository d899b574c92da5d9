#include "base/zip.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/file.hpp"

namespace hamdil {
namespace {

constexpr std::uint64_t kRatioFrom = 1u << 20;

Error not_a_zip(const std::string& name) {
  return Error("base.zip.not_a_zip", "This is not a complete ZIP package (XLSX and DOCX files are ZIP packages).")
      .at({.file = name})
      .advise("The file may be cut off or of another kind than its name says; copy or export it again.");
}

bool is_safe_name(const std::string& name) {
  return !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
         name.find('\\') == std::string::npos && name.find(':') == std::string::npos;
}

}  // namespace

struct ZipReader::State {
  zip_t* archive = nullptr;
  std::string file;
  ZipLimits limits;
  std::vector<std::string> names;
  std::unordered_set<std::string> set;
  std::uint64_t total = 0;

  ~State() {
    if (archive != nullptr) zip_discard(archive);
  }
};

ZipReader::ZipReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

static Status index_entries(zip_t* archive, const std::string& file, const ZipLimits& limits,
                            std::vector<std::string>& names, std::unordered_set<std::string>& set) {
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (static_cast<std::uint64_t>(count) > limits.entries)
    return Error("base.zip.too_many_entries", "The package holds {count} parts; at most {limit} are read.",
                 {{"count", std::to_string(count)}, {"limit", std::to_string(limits.entries)}})
        .at({.file = file});
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
    if (name == nullptr || !is_safe_name(name)) continue;
    if (set.insert(name).second) names.emplace_back(name);
  }
  return Done{};
}

Result<ZipReader> ZipReader::open(const std::string& path, const ZipLimits& limits) {
  if (!file_exists(path)) return Error("base.file.missing", "There is no such file.").at({.file = path});
  auto state = std::make_unique<State>();
  int problem = 0;
  state->archive = zip_open(path.c_str(), ZIP_RDONLY, &problem);
  if (state->archive == nullptr) return not_a_zip(path);
  state->file = path;
  state->limits = limits;
  HAMDIL_CHECK(index_entries(state->archive, path, limits, state->names, state->set));
  return ZipReader(std::move(state));
}

Result<ZipReader> ZipReader::open_bytes(std::string_view bytes, const std::string& name, const ZipLimits& limits) {
  auto state = std::make_unique<State>();
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &problem);
  if (source == nullptr) return not_a_zip(name);
  state->archive = zip_open_from_source(source, ZIP_RDONLY, &problem);
  zip_error_fini(&problem);
  if (state->archive == nullptr) {
    zip_source_free(source);
    return not_a_zip(name);
  }
  state->file = name;
  state->limits = limits;
  HAMDIL_CHECK(index_entries(state->archive, name, limits, state->names, state->set));
  return ZipReader(std::move(state));
}

const std::vector<std::string>& ZipReader::names() const { return state_->names; }
bool ZipReader::contains(const std::string& name) const { return state_->set.contains(name); }

Status ZipReader::stream(const std::string& name, const std::function<bool(std::string_view)>& sink) {
  const auto damaged = [&] {
    return Error("base.zip.damaged", "The part {part} of the package cannot be unpacked.", {{"part", name}})
        .at({.file = state_->file})
        .advise("Copy or export the file again.");
  };
  if (!contains(name))
    return Error("base.zip.no_entry", "The package has no part {part}.", {{"part", name}}).at({.file = state_->file});
  const zip_int64_t index = zip_name_locate(state_->archive, name.c_str(), ZIP_FL_ENC_GUESS);
  zip_stat_t info;
  zip_stat_init(&info);
  if (index < 0 || zip_stat_index(state_->archive, static_cast<zip_uint64_t>(index), 0, &info) != 0) return damaged();
  zip_file_t* file = zip_fopen_index(state_->archive, static_cast<zip_uint64_t>(index), 0);
  if (file == nullptr) return damaged();
  const std::uint64_t packed = std::max<std::uint64_t>(1, (info.valid & ZIP_STAT_COMP_SIZE) != 0 ? info.comp_size : 1);
  std::vector<char> buffer(256u << 10);
  std::uint64_t read = 0;
  while (true) {
    const zip_int64_t got = zip_fread(file, buffer.data(), buffer.size());
    if (got < 0) {
      zip_fclose(file);
      return damaged();
    }
    if (got == 0) break;
    read += static_cast<std::uint64_t>(got);
    state_->total += static_cast<std::uint64_t>(got);
    if (read > state_->limits.entry_bytes || state_->total > state_->limits.total_bytes ||
        (read > kRatioFrom && read / packed > state_->limits.ratio)) {
      zip_fclose(file);
      return Error("base.zip.bomb",
                   "The part {part} unpacks to more than is plausible (over {bytes} bytes from {packed}).",
                   {{"part", name}, {"bytes", std::to_string(read)}, {"packed", std::to_string(packed)}})
          .at({.file = state_->file})
          .advise("If the file is yours, save it again in a spreadsheet program without unused rows.");
    }
    if (!sink(std::string_view(buffer.data(), static_cast<std::size_t>(got)))) break;
  }
  zip_fclose(file);
  return Done{};
}

Result<std::string> ZipReader::read(const std::string& name) {
  std::string out;
  HAMDIL_CHECK(stream(name, [&out](std::string_view piece) {
    out += piece;
    return true;
  }));
  return out;
}

void ZipWriter::add(std::string name, std::string bytes) { entries_.emplace_back(std::move(name), std::move(bytes)); }

Result<std::string> ZipWriter::finish() {
  const auto failed = [](const char* what) {
    return Error("base.zip.write", "The package cannot be written: {what}.", {{"what", what}});
  };
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &problem);
  if (target == nullptr) return failed("out of memory");
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &problem);
  if (archive == nullptr) {
    zip_source_free(target);
    zip_source_free(target);
    return failed("the buffer does not open");
  }
  for (const auto& [name, bytes] : entries_) {
    zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      zip_discard(archive);
      zip_source_free(target);
      return failed(name.c_str());
    }
    const bool stored = name.size() > 4 && name.compare(name.size() - 4, 4, ".png") == 0;
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6);
    zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, (1 << 5) | 1, 0);
  }
  if (zip_close(archive) != 0) {
    zip_discard(archive);
    zip_source_free(target);
    return failed("it does not close");
  }
  std::string out;
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  out.resize(static_cast<std::size_t>(zip_source_tell(target)));
  zip_source_seek(target, 0, SEEK_SET);
  const zip_int64_t got = zip_source_read(target, out.data(), out.size());
  zip_source_close(target);
  zip_source_free(target);
  if (got != static_cast<zip_int64_t>(out.size())) return failed("it does not read back");
  return out;
}

}  // namespace hamdil
