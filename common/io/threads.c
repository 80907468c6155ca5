#include "common/io/threads.h"

#include <pthread.h>
#include <unistd.h>

struct thread_part {
    pthread_t thread;
    crew_part_fn *part;
    void *context;
    uint32_t hand;
    bool started;
};

static void *thread_main(void *argument)
{
    struct thread_part *part = argument;
    part->part(part->context, part->hand);
    return NULL;
}

static void run_threads(const struct crew *crew, crew_part_fn *part, void *context)
{
    struct thread_part parts[CREW_HANDS_MAX];
    ASSERT(crew->hands >= 1 && crew->hands <= CREW_HANDS_MAX);
    for (uint32_t hand = 1; hand < crew->hands; hand++) {
        parts[hand] = (struct thread_part){.part = part, .context = context, .hand = hand};
        parts[hand].started =
            pthread_create(&parts[hand].thread, NULL, thread_main, &parts[hand]) == 0;
    }
    part(context, 0);
    for (uint32_t hand = 1; hand < crew->hands; hand++) {
        if (parts[hand].started)
            pthread_join(parts[hand].thread, NULL);
        else
            part(context, hand);
    }
}

struct crew threads_crew(uint32_t hands)
{
    uint32_t most = hands < CREW_HANDS_MAX ? hands : CREW_HANDS_MAX;
    return (struct crew){most > 0 ? most : 1, 0, run_threads};
}

uint32_t threads_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count < CREW_HANDS_MAX ? (uint32_t)count : CREW_HANDS_MAX;
}
