#ifndef MILLRACE_PLANT_PLANT_CHINESE_H
#define MILLRACE_PLANT_PLANT_CHINESE_H

#include "common/plant/plant_columns.h"

/* A file of the plant folder with Chinese headers (of plant.csv its keys), of one in English.  The
   text is the caller's: free.  False: there is no memory. */
bool plant_chinese(enum plant_file_id file, struct text csv, struct text *out) MUST_CHECK;

#endif
