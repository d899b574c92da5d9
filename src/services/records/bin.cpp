#include "services/records/bin.hpp"

#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "store/bin.hpp"

namespace hamdil::services::records {
namespace {

constexpr const char* kSetting = "bin.days";
constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kMostDays = 3650;
using Named = std::pair<std::string, std::string>;  // kind and id

// Comments say what stood in the record: they go with it.
Result<std::vector<std::string>> comments_about(const store::Workspace& workspace, const Named& record) {
  std::vector<std::string> out;
  for (const bool in_bin : {false, true}) {
    store::RecordQuery query{
        .kind = "comment",
        .conditions = {{.field = "about_kind", .value = record.first}, {.field = "about_id", .value = record.second}},
        .in_bin = in_bin,
        .limit = 1000};
    do {
      HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
      for (const model::Record& comment : page.records) out.push_back(comment.id);
      query.cursor = page.next;
    } while (!query.cursor.empty());
  }
  return out;
}

Status empty_one(store::Workspace& workspace, store::Transaction& transaction, const Named& record) {
  HAMDIL_TRY(const bool gone,
             store::is_emptied(workspace, record.first, record.second));  // a comment, with what it was about
  if (gone) return Done{};
  HAMDIL_CHECK(store::empty_record(workspace, transaction, record.first, record.second));
  HAMDIL_TRY(const std::vector<std::string> comments, comments_about(workspace, record));
  for (const std::string& id : comments) HAMDIL_CHECK(empty_one(workspace, transaction, {"comment", id}));
  return Done{};
}

}  // namespace

Result<std::int64_t> days_in_bin(const store::Workspace& workspace) {
  HAMDIL_TRY(const auto kept, workspace.settings("", kSetting));
  const auto found = kept.find(kSetting);
  return found == kept.end() ? kUsualBinDays : text::parse_integer(found->second).value_or(kUsualBinDays);
}

Status keep_in_bin(store::Workspace& workspace, const store::Author& author, std::int64_t days) {
  if (days < 1 || days > kMostDays)
    return Error("records.bin.days", "The bin keeps records for 1 to {most} days.",
                 {{"most", std::to_string(kMostDays)}});
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
    return transaction.note("keep in bin", "bin", "", std::to_string(days) + " days");
  }));
  return workspace.put_setting("", kSetting, std::to_string(days));
}

std::string day_of_removal(const std::string& binned_at, std::int64_t days) {
  const auto day = parse_date(binned_at.substr(0, 10));
  return day ? format_date(days_from_date(*day) + days) : std::string();
}

Result<std::vector<Named>> empty_bin(store::Workspace& workspace, const store::Author& author, bool all) {
  const store::WholeView whole(workspace);
  HAMDIL_TRY(const std::int64_t days, days_in_bin(workspace));
  const std::int64_t until = workspace.env().now() - (all ? 0 : days * kSecondsOfDay);
  HAMDIL_TRY(std::vector<Named> due, store::binned_before(workspace, format_timestamp(until)));
  if (due.empty()) return due;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const Named& record : due) HAMDIL_CHECK(empty_one(workspace, transaction, record));
    return Done{};
  }));
  (void)store::sweep(workspace);  // while something else reads the file it is done by the next one
  return due;
}

Result<std::size_t> DailyBin::look(store::Workspace& workspace) {
  const std::string today = format_timestamp(workspace.env().now()).substr(0, 10);
  if (today == done_on_) return std::size_t{0};
  done_on_ = today;  // also where it fails: not every request tries again
  HAMDIL_TRY(const auto gone, empty_bin(workspace, {"hamdil", "kept in the bin for as long as the workspace says"}));
  return gone.size();
}

}  // namespace hamdil::services::records
