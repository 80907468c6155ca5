/*
 * A plant folder from hostile bytes: files begin at lines "--- NAME".  What is refused has a
 * message in UTF-8; what is taken must be written, read and written again as the same bytes, and
 * its first item explodes.
 */

#include "common/bom/bom_explode.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_write.h"
#include "tests/fuzz/parts.h"

#include <stdlib.h>
#include <string.h>

#define PLANT_BYTES (16 * MIB)
#define ROWS_MAX    10000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct files {
    struct text bytes[PLANT_FILES];
};

struct written {
    char *bytes[PLANT_FILES];
    size_t used[PLANT_FILES];
    int file;
};

static enum status collect(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct written *written = context;
    size_t *used = &written->used[written->file];
    (void)fault;
    written->bytes[written->file] = realloc(written->bytes[written->file], *used + count);
    ASSERT(written->bytes[written->file]);
    memcpy(written->bytes[written->file] + *used, bytes, count);
    *used += count;
    return STATUS_OK;
}

static void write_plant(const struct plant *plant, struct written *written)
{
    const struct plant_write plain = {.sink = collect, .context = written};
    struct fault fault = {0};
    memset(written, 0, sizeof(*written));
    for (written->file = 0; written->file < PLANT_FILES; written->file++)
        ASSERT(plant_write_file(plant, plant_files[written->file].name, &plain, &fault) ==
               STATUS_OK);
}

static void written_release(struct written *written)
{
    for (int i = 0; i < PLANT_FILES; i++)
        free(written->bytes[i]);
}

static struct plant *read_plant(const struct files *files, bool must)
{
    struct fault fault = {0};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(PLANT_BYTES);
    ASSERT(reader);
    for (int i = 0; i < PLANT_FILES; i++) {
        if (files->bytes[i].bytes)
            ASSERT(plant_reader_take(reader, plant_files[i].name, files->bytes[i]));
    }
    enum status status = plant_reader_finish(reader, &plant, &fault);
    ASSERT((status == STATUS_OK) == (plant != NULL));
    ASSERT(!must || status == STATUS_OK || status == STATUS_LIMIT);
    ASSERT(status == STATUS_OK || fault.message[0] != '\0');
    for (uint32_t i = 0; i < plant_reader_error_kept(reader); i++)
        ASSERT(text_is_utf8(text_of(plant_reader_error(reader, i))));
    plant_reader_free(&reader);
    return plant;
}

static void explode(const struct plant *plant)
{
    struct fault fault = {0};
    struct arena *arena = arena_new(PLANT_BYTES);
    struct bom_graph *graph;
    struct bom_explosion *explosion;
    struct bom_walk *walk;
    struct bom_row row;
    const struct bom_request request = {.quantity = {QTY_SCALE}, .start = NO_DATE};
    ASSERT(arena);
    if (plant->items_count > 0 && bom_graph_make(plant, arena, &graph, &fault) == STATUS_OK &&
        bom_explode(graph, &request, arena, &explosion, &fault) == STATUS_OK &&
        bom_walk_new(explosion, arena, &walk, &fault) == STATUS_OK) {
        int64_t rows = 0;
        while (rows < ROWS_MAX && bom_walk_next(walk, &row, &fault))
            rows++;
        ASSERT(rows == explosion->line_count || rows == ROWS_MAX || fault.status != STATUS_OK);
    }
    arena_free(&arena);
}

static void round_trip(const struct plant *plant)
{
    struct written first;
    struct written second;
    struct files files;
    write_plant(plant, &first);
    for (int i = 0; i < PLANT_FILES; i++)
        files.bytes[i] = (struct text){first.bytes[i], first.used[i]};
    struct plant *again = read_plant(&files, true);
    if (again) {
        write_plant(again, &second);
        for (int i = 0; i < PLANT_FILES; i++)
            ASSERT(text_equal(files.bytes[i], (struct text){second.bytes[i], second.used[i]}));
        written_release(&second);
        plant_free(&again);
    }
    written_release(&first);
}

static void split(struct text rest, struct files *files)
{
    struct fuzz_part part;
    memset(files, 0, sizeof(*files));
    while (fuzz_part_next(&rest, &part)) {
        for (int i = 0; i < PLANT_FILES; i++) {
            if (text_is(part.name, plant_files[i].name))
                files->bytes[i] = part.bytes;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct files files;
    split((struct text){(const char *)data, size}, &files);
    struct plant *plant = read_plant(&files, false);
    if (plant) {
        explode(plant);
        round_trip(plant);
    }
    plant_free(&plant);
    return 0;
}
