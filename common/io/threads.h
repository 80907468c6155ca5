#ifndef MILLRACE_IO_THREADS_H
#define MILLRACE_IO_THREADS_H

#include "common/base/crew.h"

/* A crew of so many threads, the caller one of them; at least 1, at most CREW_HANDS_MAX.  Threads
   are started for each run and gone after it; where one cannot be started the caller does its part
   as well. */
struct crew threads_crew(uint32_t hands);

/* As many hands as the machine has processors. */
uint32_t threads_processors(void);

#endif
