#include "services/cli/cli_transfer_codec.h"

#include "proto/bom.pb-c.h"
#include "proto/cost.pb-c.h"

struct text transfer_job(const ProtobufCMessage *start_import_reply)
{
    const Millrace__StartImportReply *reply = (const void *)start_import_reply;
    return (struct text){(const char *)reply->job_uuid.data, reply->job_uuid.len};
}

struct transfer_result transfer_result(const ProtobufCMessage *finish_import_reply)
{
    const Millrace__FinishImportReply *reply = (const void *)finish_import_reply;
    return (struct transfer_result){
        .error_count = reply->error_count > reply->n_errors ? reply->error_count : reply->n_errors,
        .error_shown = reply->n_errors,
        .errors = reply->errors,
        .file_count = reply->n_files};
}

struct transfer_file transfer_file(const ProtobufCMessage *finish_import_reply, size_t file)
{
    const Millrace__FinishImportReply *reply = (const void *)finish_import_reply;
    const Millrace__FileRows *rows = reply->files[file];
    return (struct transfer_file){.name = rows->file ? rows->file : "",
                                  .rows = rows->rows,
                                  .merged = rows->has_added,
                                  .added = rows->added,
                                  .changed = rows->changed,
                                  .unchanged = rows->unchanged,
                                  .missing = rows->missing,
                                  .removed = rows->removed,
                                  .follow = rows->follow};
}

/* The fields of a reply that is a part of a file. */
static struct text part_of(const ProtobufCBinaryData *content, const char *next, const char **out)
{
    *out = next ? next : "";
    return (struct text){(const char *)content->data, content->len};
}

struct text transfer_content(const ProtobufCMessage *answer, const char **next)
{
    const Millrace__ExportFileReply *file = (const void *)answer;
    const Millrace__ExportReportReply *report = (const void *)answer;
    const Millrace__ExportJournalReply *journal = (const void *)answer;
    if (answer->descriptor == &millrace__export_report_reply__descriptor)
        return part_of(&report->content, report->next, next);
    if (answer->descriptor == &millrace__export_journal_reply__descriptor)
        return part_of(&journal->content, journal->next, next);
    return part_of(&file->content, file->next, next);
}
