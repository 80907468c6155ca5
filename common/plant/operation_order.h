#ifndef MILLRACE_PLANT_OPERATION_ORDER_H
#define MILLRACE_PLANT_OPERATION_ORDER_H

/*
 * The order in which an item passes its operations: numbers by value ("20" before "100"), anything
 * else by bytes.  Below 0: a comes before b.
 */
int operation_number_cmp(const char *a, const char *b);

#endif
