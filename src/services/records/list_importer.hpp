// The import of one list, from its bytes to its operations; only for import_list.cpp (reading),
// import_references.cpp (what it says of other records) and plan_list.cpp (what becomes of the rows).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "exchange/workbook.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/kept_mapping.hpp"
#include "services/records/list_head.hpp"
#include "services/records/records.hpp"

namespace hamdil::services::records {

struct ListTable {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> numbers;  // in the file
  std::vector<std::string> sheets;   // on which sheet each stands
};

// What a row of either kind of file says. `columns` names the file's column of each field, for problems.
struct ListRow {
  std::size_t number = 0;
  std::string id;
  std::string state;
  std::optional<std::int64_t> version;
  std::optional<std::string> title;
  Json fields = Json::object();  // null empties
};

class Importer {
 public:
  Importer(store::Workspace& workspace, const ListImport& request, const model::KindDefinition& kind)
      : workspace_(workspace), request_(request), kind_(kind), known_(known_names(kind)), given_(request.mapping) {}

  Result<ListOutcome> run(const store::Author& author, const Control& control);

 private:
  Status read_json();
  Status read_table();
  Result<ListTable> read_sheet(exchange::Workbook& book, std::size_t sheet) const;
  ListHead head_of_table(const ListTable& table) const;
  int worth(const std::string& name) const;  // how much a head says
  std::size_t best_sheet(const std::vector<ListTable>& tables) const;
  void join_sheets(std::vector<ListTable> tables, ListTable& whole, ListHead& head);
  static std::vector<std::size_t> places_in(ListHead& head, const ListHead& own);
  void leave_out_sheet(const ListTable& sheet, const ListHead& head);
  void note_filled(ListTable& table, const ListHead& head);
  void map_sheet_column(const ListTable& table, const ListHead& head);
  void map_columns(const ListHead& head);
  std::map<std::string, std::size_t> columns_of_ids(const ListHead& head) const;
  void take_titles(MappedColumn& column, std::size_t at, std::size_t ids);
  const std::set<std::string>& names_of(const std::string& kind, const std::string& id);
  std::optional<std::vector<std::string>> changed_titles(const model::FieldDefinition& field, const std::string& ids,
                                                         const std::string& titles);
  void read_titles_beside_ids(const std::vector<std::string>& cells, const std::vector<std::string>& head,
                              ListRow& row);
  Status read_records(ListTable& table, const ListHead& head);
  void note(Error error, std::size_t row, const std::string& column = {});
  MappedColumn map_column(const std::string& column) const;
  void read_serial_days(ListTable& table, const ListHead& head);
  bool is_in_bin(const std::string& kind, const std::string& text);
  void read_row(const std::vector<std::string>& cells, const std::vector<std::string>& head, std::size_t number);
  void read_cell(const std::string& cell, const MappedColumn& column, ListRow& row);
  std::optional<std::string> find_reference(const std::string& kind, const std::string& text);
  Status plan(const ListRow& row);
  void order_new_records();
  void problem(Error error, std::size_t row, const std::string& column = {});

  store::Workspace& workspace_;
  const ListImport& request_;
  const model::KindDefinition& kind_;
  KnownNames known_;
  std::map<std::string, std::string> given_;  // mapping asked for, or kept for the sender
  KeptReferences joined_;                     // by a person, for the sender
  ListOutcome out_;
  std::vector<ListRow> rows_;
  std::vector<Operation> operations_;
  std::vector<std::size_t> operation_rows_;
  std::map<std::pair<std::string, std::string>, UnknownReference> unknown_;
  std::size_t beside_column_ = SIZE_MAX;  // of names or codes of places, beside the one that is mapped
  const std::string* beside_ = nullptr;   // its cell in the row that is read
  struct Beside {
    std::string field;
    std::size_t ids = 0;  // the column of its ids
  };
  std::map<std::size_t, Beside> titles_beside_;  // columns of titles beside columns of ids
  bool titles_made_ = false;
  std::map<std::string, std::set<std::string>> binned_;  // folded titles in the bin, by kind
  std::optional<std::string> in_bin_;                    // what the cell that is read names and is in the bin
  std::set<std::string> own_ids_;                        // that this file brings
  std::map<std::pair<std::string, std::string>, std::set<std::string>> names_;  // folded, by kind and id
  std::map<std::string, std::map<std::string, std::string>> ids_by_title_;      // by kind; "" where several have it
};

}  // namespace hamdil::services::records
