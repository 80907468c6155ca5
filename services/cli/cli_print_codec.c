#include "services/cli/cli_print_codec.h"

#include "proto/inventory.pb-c.h"

size_t print_count(const ProtobufCMessage *print_reply)
{
    return ((const Millrace__PrintReply *)(const void *)print_reply)->n_pages;
}

struct print_page print_page(const ProtobufCMessage *print_reply, size_t page)
{
    const Millrace__PrintReply *reply = (const void *)print_reply;
    return (struct print_page){reply->pages[page]->name, text_of(reply->pages[page]->svg)};
}
