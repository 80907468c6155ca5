#!/usr/bin/env python3
# ops/test: release
"""Every role, every method, at the own plant and at another: the gateway answers as common/wire/role.tbl.h says."""
import http.client
import json
import os
import re

from harness import ROOT, Suite, equal, fresh, key_of

suite = Suite("roles")
PLANT, OTHER = fresh("ROLES-"), fresh("ELSE-")
ROLES = ("planner", "sales", "buyer", "operator", "storekeeper", "supervisor", "engineer", "finance", "auditor",
         "administrator")
ANYBODY, SOMEBODY = "PUBLIC", "SIGNED_IN"


def table():
    """{method: set of words} as the file says, read without the program that enforces it."""
    with open(os.path.join(ROOT, "common", "wire", "role.tbl.h"), encoding="utf-8") as file:
        text = file.read()
    rows = re.findall(r'METHOD\("([\w.]+)",\s*([A-Z_|\s]+)\)', text)
    return {method: set(re.findall(r"[A-Z_]+", mask)) - {"CONFIRMED", "NO_PLANT"} for method, mask in rows
            if not method.startswith("Node.")}


class Person:
    """Somebody with a token, or nobody, over one connection."""

    def __init__(self, token):
        url = suite.stack.client(PLANT).url
        self.token = token
        self.connection = http.client.HTTPSConnection(url.hostname, url.port, context=suite.stack.client(PLANT).tls,
                                                      timeout=30)

    def tries(self, method, plant):
        """The code of the answer; "OK" where it is none of an error."""
        at = "-" if method.startswith("Access.") else plant
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(key_of(PLANT + method)), "X-Timeout-Ms": "5000"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        self.connection.request("POST", "/v1/%s/%s" % (at, method), "{}", headers)
        return json.loads(self.connection.getresponse().read()).get("error", {}).get("code", "OK")


def with_role(role):
    """Somebody with one role at PLANT."""
    client = suite.stack.client(PLANT)
    made = suite.second_person(client, PLANT, role)
    return Person(made.token)


def wanted(words, role, method, plant):
    if ANYBODY in words:
        return True
    if method.startswith("Access."):  # no plant: what one is at a plant does not count
        return SOMEBODY in words
    return plant == PLANT and (SOMEBODY in words or role.upper() in words)


@suite.test("the table names every method of the API, and the API every row of the table")
def _(t):
    url = suite.stack.client(PLANT).url
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=suite.stack.client(PLANT).tls, timeout=30)
    connection.request("GET", "/openapi.json")
    paths = json.loads(connection.getresponse().read())["paths"]
    served = {entry["post"]["operationId"] for entry in paths.values() if "post" in entry}
    equal(served, set(table()), "methods")


@suite.test("nobody is let in where a login is needed, and everybody where none is")
def _(t):
    nobody = Person(None)
    for method, words in sorted(table().items()):
        got = nobody.tries(method, PLANT)
        assert (got not in ("UNAUTHENTICATED", "FORBIDDEN")) == (ANYBODY in words) or method == "Access.LoginBadge", \
            "%s: %s" % (method, got)


@suite.test("each of ten roles may call what the table gives it, at its own plant only")
def _(t):
    calls = 0
    for role in ROLES:
        person = with_role(role)
        for method, words in sorted(table().items()):
            for plant in (PLANT, OTHER):
                got = person.tries(method, plant)
                let_in = got not in ("UNAUTHENTICATED", "FORBIDDEN")
                equal(let_in, wanted(words, role, method, plant), "%s calls %s at %s: %s" % (role, method, plant, got))
                calls += 1
    print("        %d calls" % calls)
    assert calls > 2000


suite.main()
