"""A client of the gateway: JSON over HTTPS with keep-alive, retries under the same idempotency key, and import.

Settings come from the environment as ops/up gives them: MILLRACE_VAR (the folder with cli.token and tls/ca.pem)
and MILLRACE_URL, or the file $MILLRACE_VAR/millrace.ini.
"""
import base64
import configparser
import hashlib
import http.client
import json
import os
import ssl
import time
import urllib.parse

CHUNK_BYTES = 40 * 1024   # below the 48 KiB of AddImportChunk
ATTEMPTS = int(os.environ.get("MILLRACE_ATTEMPTS", "12"))  # of one call while the service says "try again"
FIRST_PAUSE_S = 0.05


class ApiError(Exception):
    def __init__(self, http_status, error):
        self.http, self.code = http_status, error.get("code", "")
        self.field, self.text = error.get("field", ""), error.get("message", "")
        super().__init__("%s %s %s: %s" % (http_status, self.code, self.field, self.text))


def default_var():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("MILLRACE_VAR") or os.path.join(here, "..", "..", "var")


def default_url(var):
    if os.environ.get("MILLRACE_URL"):
        return os.environ["MILLRACE_URL"]
    ini = configparser.ConfigParser(comment_prefixes=(";", "#"))
    ini.read(os.path.join(var, "millrace.ini"))
    return ini.get("cli", "url")


def key_of(name, unix_ms=1767225600000):
    """An idempotency key that belongs to a name: a UUID of version 7 whose random bits are a hash of the name."""
    random = int.from_bytes(hashlib.sha256(name.encode()).digest()[:10], "big")
    value = (unix_ms & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 64 & 0xFFF) << 64 | 2 << 62 | random & (1 << 62) - 1
    text = "%032x" % value
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Client:
    """One keep-alive connection; not to be shared between threads."""

    def __init__(self, plant, url=None, token=None, var=None, timeout=60):
        self.var = var or default_var()
        self.url = urllib.parse.urlsplit(url or default_url(self.var))
        self.plant, self.timeout = plant, timeout
        if token is None:
            with open(os.path.join(self.var, "cli.token"), encoding="ascii") as file:
                token = file.read().strip()
        self.token = token
        self.tls = ssl.create_default_context(cafile=os.path.join(self.var, "tls", "ca.pem"))
        self.connection = None
        self.retries = 0

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def send(self, path, body, headers, method="POST"):
        """One attempt: (HTTP status, bytes of the answer)."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, context=self.tls,
                                                          timeout=self.timeout)
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            content = answer.read()
            if answer.will_close:
                self.close()
            return answer.status, content
        except BaseException:
            self.close()
            raise

    def raw(self, method, body, key=None, plant=None):
        """(HTTP status, bytes) after retries; body is a dict or the bytes to send."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + self.token}
        if key:
            headers["Idempotency-Key"] = key
        plant = "-" if method.startswith("Access.") else plant or self.plant  # those name no plant
        path = "/v1/%s/%s" % (urllib.parse.quote(plant, safe=""), method)
        for attempt in range(ATTEMPTS):
            try:
                status, answer = self.send(path, content, headers)
                if status not in (503, 504):
                    return status, answer
            except (OSError, http.client.HTTPException):
                if attempt + 1 == ATTEMPTS:
                    raise
                status = None
            self.retries += 1
            time.sleep(FIRST_PAUSE_S * 2 ** min(attempt, 6))
        return status, answer

    def call(self, method, key=None, **body):
        status, answer = self.raw(method, body, key)
        if status != 200:
            try:
                error = json.loads(answer)["error"]
            except (ValueError, KeyError, TypeError):
                error = {"message": answer[:200].decode("utf-8", "replace")}
            raise ApiError(status, error)
        return json.loads(answer)

    def pages(self, method, rows, **body):
        """Every row of a paged list."""
        after = None
        while True:
            page = self.call(method, **body, **({"after": after} if after else {}))
            yield from page.get(rows, [])
            after = page.get("next")
            if not after:
                return


def read_folder(folder):
    files = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".csv"):
            with open(os.path.join(folder, name), "rb") as file:
                files[name] = file.read()
    return files


def import_files(client, files, name, dry_run=False):
    """Imports {file: bytes}; name makes the keys, so the same name imports once.  Returns the reply."""
    job = client.call("Bom.StartImport", key=key_of(name + "/start"))["job_uuid"]
    for file, content in files.items():
        for number in range(max(1, -(-len(content) // CHUNK_BYTES))):
            part = content[number * CHUNK_BYTES:(number + 1) * CHUNK_BYTES]
            client.call("Bom.AddImportChunk", key=key_of("%s/%s/%d" % (name, file, number)), job_uuid=job, file=file,
                        chunk=number, content=base64.b64encode(part).decode())
    return client.call("Bom.FinishImport", key=key_of(name + "/finish"), job_uuid=job, dry_run=dry_run)
