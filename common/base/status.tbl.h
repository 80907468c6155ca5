/*
 * Every outcome a request can have: one row per outcome, and this is the only list.
 * The gateway's HTTP codes, retry policy, log names, API reference and tests all read it.
 * Rows are in order of precedence: when two hold, the earlier one is reported.
 *
 *     name                 http  retry  text
 */
STATUS(OK, 200, false, "ok")
STATUS(MALFORMED, 400, false, "malformed message")
STATUS(UNAUTHENTICATED, 401, false, "caller not authenticated")
STATUS(FORBIDDEN, 403, false, "caller not permitted")
STATUS(INVALID, 422, false, "invalid field")
STATUS(NOT_WHOLE, 422, false, "quantity has more decimals than its unit")
STATUS(FUTURE_TIME, 422, false, "time is in the future")
STATUS(NOT_FOUND, 404, false, "no such object")
STATUS(UNKNOWN_LOCATION, 404, false, "no such location")
STATUS(KEY_REUSED, 409, false, "idempotency key reused for a different request")
STATUS(EXISTS, 409, false, "object already exists")
STATUS(SERIAL_EXISTS, 409, false, "serial number is taken")
STATUS(ORDER_CLOSED, 409, false, "order is closed")
STATUS(STATE_CONFLICT, 409, false, "object is not in the required state")
STATUS(PERIOD_CLOSED, 409, false, "business day is in a closed period")
STATUS(NOT_ON_ORDER, 409, false, "item is not on the order")
STATUS(LOT_EXPIRED, 409, false, "lot has expired")
STATUS(LOT_BLOCKED, 409, false, "lot is blocked or waits for inspection")
STATUS(OUT_OF_SEQUENCE, 409, false, "operation is ahead of the one before it")
STATUS(OVER_TOLERANCE, 409, false, "quantity is above what the order allows")
STATUS(OVER_RECEIPT, 409, false, "quantity is above what the order may bring")
STATUS(OVER_RETURN, 409, false, "quantity is above what can be returned")
STATUS(INSUFFICIENT_STOCK, 409, false, "insufficient stock")
STATUS(NEGATIVE_LATER, 409, false, "stock would fall below zero on a later day")
STATUS(BOM_CYCLE, 409, false, "bill of material contains a cycle")
STATUS(LIMIT, 413, false, "limit exceeded")
STATUS(OVERFLOW, 422, false, "number out of range")
STATUS(BUSY, 503, true, "service busy")
STATUS(DEADLINE, 504, true, "deadline passed")
STATUS(UNAVAILABLE, 503, true, "dependency unavailable")
STATUS(COMMIT_UNKNOWN, 503, true, "outcome not known; retry with the same key")
STATUS(INTERNAL, 500, false, "internal error")
