#include "services/cli/cli_rows.h"

#include "common/io/folder.h"

#include <stdlib.h>

#define PIECE_ITEMS     1024
#define PIECES_PER_HAND 4 /* of a round: so that hands end together */

struct round {
    const struct cli_rows *rows;
    struct folder_file *file;
    struct cli_writer *pieces; /* [piece_count] */
    uint64_t *offsets;         /* of pieces in the file */
    uint32_t piece_count;
    uint32_t first_item;
    struct crew_job job;
};

static void format_piece(const struct round *round, void *context, uint32_t piece)
{
    struct cli_writer *writer = &round->pieces[piece];
    const uint64_t first = (uint64_t)round->first_item + (uint64_t)piece * PIECE_ITEMS;
    const uint32_t count = round->rows->item_count;
    enum status status = STATUS_OK;
    writer->csv.used = 0;
    for (uint64_t item = first; item < first + PIECE_ITEMS && item < count && status == STATUS_OK;
         item++)
        status = round->rows->put(context, writer, (uint32_t)item, &writer->fault);
}

static void format_pieces(void *context, uint32_t hand)
{
    struct round *round = context;
    uint32_t piece;
    while (crew_take(&round->job, &piece))
        format_piece(round, round->rows->contexts[hand], piece);
}

static void write_pieces(void *context, uint32_t hand)
{
    struct round *round = context;
    uint32_t piece;
    (void)hand;
    while (crew_take(&round->job, &piece)) {
        struct cli_writer *writer = &round->pieces[piece];
        struct text bytes = {writer->csv.bytes, writer->csv.used};
        (void)!folder_file_write_at(round->file, bytes, round->offsets[piece], &writer->fault);
    }
}

static enum status first_fault(const struct round *round, struct fault *fault)
{
    for (uint32_t k = 0; k < round->piece_count; k++) {
        if (round->pieces[k].fault.status == STATUS_OK)
            continue;
        *fault = round->pieces[k].fault;
        return fault->status;
    }
    return STATUS_OK;
}

static enum status run_round(struct round *round, uint64_t *offset, struct fault *fault)
{
    const struct crew *crew = round->rows->crew;
    round->job = (struct crew_job){.count = round->piece_count};
    crew->run(crew, format_pieces, round);
    enum status status = first_fault(round, fault);
    for (uint32_t k = 0; k < round->piece_count; k++) {
        round->offsets[k] = *offset;
        *offset += round->pieces[k].csv.used;
    }
    if (status != STATUS_OK)
        return status;
    round->job = (struct crew_job){.count = round->piece_count};
    crew->run(crew, write_pieces, round);
    return first_fault(round, fault);
}

static enum status write_header(struct round *round, uint64_t *offset, struct fault *fault)
{
    struct cli_writer *writer = &round->pieces[0];
    cli_header(writer, round->rows->columns);
    *offset = writer->csv.used;
    return folder_file_write_at(round->file, (struct text){writer->csv.bytes, writer->csv.used}, 0,
                                fault);
}

static enum status write_rounds(struct round *round, struct fault *fault)
{
    const struct cli_rows *rows = round->rows;
    const uint64_t step = (uint64_t)round->piece_count * PIECE_ITEMS;
    uint64_t offset;
    enum status status = write_header(round, &offset, fault);
    for (uint64_t item = 0; item < rows->item_count && status == STATUS_OK; item += step) {
        round->first_item = (uint32_t)item;
        status = run_round(round, &offset, fault);
    }
    return status;
}

static enum status open_pieces(struct round *round, struct fault *fault)
{
    for (uint32_t k = 0; k < round->piece_count; k++) {
        if (!cli_rows_init(&round->pieces[k]))
            return fault_set(fault, STATUS_LIMIT, "", "no memory");
    }
    enum status status = folder_make(round->rows->folder, fault);
    if (status != STATUS_OK)
        return status;
    return folder_file_new(round->rows->folder, round->rows->file, &round->file, fault);
}

int cli_rows_write(const struct cli_rows *rows)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct round round = {.rows = rows, .piece_count = rows->crew->hands * PIECES_PER_HAND};
    round.pieces = calloc(round.piece_count, sizeof *round.pieces);
    round.offsets = calloc(round.piece_count, sizeof *round.offsets);
    enum status status = round.pieces && round.offsets
                             ? open_pieces(&round, &fault)
                             : fault_set(&fault, STATUS_LIMIT, "", "no memory");
    if (status == STATUS_OK)
        status = write_rounds(&round, &fault);
    if (status == STATUS_OK)
        status = folder_file_finish(&round.file, &fault);
    else
        folder_file_cancel(&round.file);
    for (uint32_t k = 0; round.pieces && k < round.piece_count; k++)
        free(round.pieces[k].csv.bytes);
    free(round.pieces);
    free(round.offsets);
    return status == STATUS_OK ? CLI_DONE : cli_fault(&fault);
}
