// What is said about a record: threads with answers, whom they name, who has something to do, and what is new for whom.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "services/records/records.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

// `body`: "text", and where wanted "field" (of the record), "parent" (a comment of the same record; an answer to an
// answer stands in the same thread) and "assigned_to" (a person). Codes store.record.missing,
// records.comment.parent, records.comment.empty and those of create_record.
Result<Outcome> add_comment(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                            const std::string& id, const Json& body);

// Settles a thread or opens it again ("resolved"), gives it to somebody ("assigned_to", null takes it away). Codes
// store.record.missing, records.comment.parent where it does not begin a thread.
Result<Outcome> change_thread(store::Workspace& workspace, const store::Author& author, const std::string& comment,
                              const Json& changes);

// Threads, oldest first: {"id", "text", "field", "who", "at", "resolved", "assigned_to": {"id", "title"} or null,
// "mentions": [names], "unread": for `who`, "version", "replies": [the same]}.
Result<Json> comments_of(const store::Workspace& workspace, const std::string& kind, const std::string& id,
                         const std::string& who);
// `who` has seen all comments of the record.
Status mark_read(store::Workspace& workspace, const std::string& kind, const std::string& id, const std::string& who);

// What concerns `who`, newest first: comments of others that name them, answer in their threads, are about records that
// they made or ask something of them. {"kind", "id", "title", "text", "who", "at", "unread", "assigned"}; what is read
// stays while it is assigned and open.
Result<std::vector<Json>> comments_for(const store::Workspace& workspace, const std::string& who);

// Whom a comment can name: persons, and those who have written in the workspace.
Result<std::vector<std::string>> names_to_mention(const store::Workspace& workspace);
// The names that stand behind an @ in the text: the longest that fits, whatever the case of letters.
std::vector<std::string> mentions_in(const std::string& text, const std::vector<std::string>& names);

}  // namespace hamdil::services::records
