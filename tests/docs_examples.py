#!/usr/bin/env python3
"""Runs every example of the docs, as it is served, in curl, Node.js and Python, and compares the answer that is shown.

    tests/docs_examples.py BINARY [--page SLUG] [--python PYTHON] [--bless]

Each page and language gets a demo server of its own. A block is run if its fence says `run=NAME`; what it prints is
compared with the block `answer=NAME` that follows, `status=` with the status of its last request. A block in one of the
three languages that is not run must say `norun=REASON`.

Comparing: `…` stands for anything that was left out. Ids of the page are bound to the ids that the server answered, and
replaced in the requests that follow; times that cannot be known are compared by their form, as are all dates of a
block marked `dates`. `--bless` writes the answers of curl into the sources, keeping what they leave out.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SITE = os.path.join(HERE, "..", "crates", "callboard")
LANGUAGES = ("bash", "js", "python")
# Members whose values no example can know.
VOLATILE = {"createdAt", "updatedAt", "created_at", "updated_at", "expiresAt", "lastUsedAt", "last_used_at", "revokedAt",
            "at", "requestId", "hint", "expires_at"}
NUMBERS = {"id", "number", "channelId", "coverImage", "coverImageId", "seq", "nextAfter"}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
BINDING = [UUID, r"ORD-\d{10}", r"[0-9A-HJKMNP-TV-Z]{26}"]
TIME = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?|\d\d:\d\d"
MORE = "…"


class Mismatch(Exception):
    pass


def blocks_of(text):
    """The fenced blocks of a page: (language, {word: value}, code)."""
    found = []
    for match in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        words = dict((word.split("=", 1) + [""])[:2] for word in match[2].split())
        found.append((match[1], words, match[3]))
    return found


def compare(shown, got, bound, dates, path=""):
    """Compares an answer with the one that is shown; binds the ids that are shown to those that were answered."""
    name = path.rsplit("/", 1)[-1]
    if shown == MORE:
        return
    if isinstance(shown, dict) and isinstance(got, dict):
        for key in shown:
            if key != MORE and key not in got:
                raise Mismatch(f"{path}/{key} is shown but was not answered")
        extra = [key for key in got if key not in shown]
        if extra and MORE not in shown:
            raise Mismatch(f"{path}: {', '.join(extra)} answered but not shown")
        for key in shown:
            if key != MORE:
                compare(shown[key], got[key], bound, dates, f"{path}/{key}")
    elif isinstance(shown, list) and isinstance(got, list):
        entries = shown[:-1] if shown and shown[-1] == MORE else shown
        if len(entries) > len(got) or (entries is shown and len(entries) != len(got)):
            raise Mismatch(f"{path}: {len(got)} entries answered")
        for place, entry in enumerate(entries):
            compare(entry, got[place], bound, dates, f"{path}/{place}")
    elif isinstance(shown, str) and isinstance(got, str):
        texts(shown, got, bound, dates, name, path)
    elif isinstance(shown, bool) or isinstance(got, bool) or shown is None or got is None:
        if shown is not got and not (name in VOLATILE):
            raise Mismatch(f"{path}: {got!r} answered, {shown!r} shown")
    elif name in NUMBERS and isinstance(shown, int) and isinstance(got, int):
        bind(str(shown), str(got), bound, path)
    elif shown != got:
        raise Mismatch(f"{path}: {got!r} answered, {shown!r} shown")


def bind(shown, got, bound, path):
    if bound.setdefault(shown, got) != got:
        raise Mismatch(f"{path}: {got} answered, but {shown} was {bound[shown]} before")


def texts(shown, got, bound, dates, name, path):
    if shown == got:
        return
    for pattern in BINDING:
        if re.fullmatch(pattern, shown) and re.fullmatch(pattern, got):
            return bind(shown, got, bound, path)
    if MORE in shown:
        parts = (re.escape(substituted(part, bound)) for part in shown.split(MORE))
        if re.fullmatch(".*".join(parts), got, re.S):
            return
    if name == "nextCursor" and len(shown) > 8 and MORE not in shown:
        return bind(shown, got, bound, path)
    if name in VOLATILE and (bool(re.fullmatch(TIME, shown)) == bool(re.fullmatch(TIME, got))):
        return
    if dates and re.fullmatch(TIME, shown) and re.fullmatch(TIME, got):
        return
    if substituted(shown, bound) != got:
        raise Mismatch(f"{path}: {got!r} answered, {shown!r} shown")


def substituted(text, bound):
    for shown, got in bound.items():
        if shown != got:
            text = re.sub(rf"(?<![\w-]){re.escape(shown)}(?![\w-])", lambda _: got, text)
    return text


class Server:
    """A demo of its own, in a directory of its own."""

    def __init__(self, binary, work):
        environment = {"PATH": os.environ["PATH"], "TMPDIR": work, "CALLBOARD_REGISTRATION": "open"}
        self.process = subprocess.Popen([binary, "demo", "--json", "--listen", "127.0.0.1:0"], env=environment, cwd=work,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.world = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def get(self, path, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with urllib.request.urlopen(urllib.request.Request(self.world["url"] + path, headers=headers), timeout=30) as reply:
            return reply.read().decode()

    def environment(self):
        keys = self.world["keys"]
        return {"CHANNEL_KEY": keys["channel"], "VENUE_KEY": keys["venue"], "BOX_OFFICE_KEY": keys["boxOffice"],
                "DEVELOPER_KEY": keys["developer"], "NATIVE_KEY": keys["native"],
                "SESSION_TOKEN": self.world["account"]["sessionToken"]}

    def samples(self):
        """What the ids stand for that a reader sees who is not signed in."""
        world, event = self.world, self.world["events"][0]
        token = world["account"]["sessionToken"]
        types = json.loads(self.get(f"/v1/events/{event['id']}/ticket-types", token))["items"]
        real = {"organization_id": world["organization"]["id"], "venue_id": world["venues"][0]["id"],
                "channel_id": world["channels"][0]["id"], "channel_number": str(world["channels"][0]["number"]),
                "box_office_id": world["boxOffices"][0]["id"], "event_id": event["id"],
                "event_number": str(event["number"]), "event_slug": event["slug"], "ticket_type_id": types[0]["id"],
                "email": world["account"]["email"], "password": world["account"]["password"]}
        with open(os.path.join(SITE, "docs-site", "samples.json"), encoding="utf-8") as file:
            shown = json.load(file)
        return {shown[name]: real[name] for name in shown}


class Runner:
    """Runs the blocks of one page in one language."""

    def __init__(self, language, environment, work, python):
        self.language, self.work = language, work
        self.status = os.path.join(work, "status")
        self.environment = {**environment, "HOME": work, "DOCS_STATUS": self.status, "DOCS_CURL": shutil.which("curl"),
                            "PATH": os.path.join(work, "bin") + ":" + os.environ["PATH"], "NODE_NO_WARNINGS": "1"}
        os.makedirs(os.path.join(work, "bin"), exist_ok=True)
        shutil.copy(os.path.join(HERE, "docs", "curl.sh"), os.path.join(work, "bin", "curl"))
        self.worker = None
        if language == "python":
            self.worker = subprocess.Popen([python, os.path.join(HERE, "docs", "worker.py")], env=self.environment, cwd=work,
                                           text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        if self.worker:
            self.worker.stdin.close()
            self.worker.wait(10)

    def run(self, code):
        """What it printed, and the status of its last request."""
        if self.worker:
            self.worker.stdin.write(json.dumps(code) + "\n")
            self.worker.stdin.flush()
            said = json.loads(self.worker.stdout.readline())
            if said["fault"]:
                raise Mismatch(f"{said['fault']}\n{said['out']}")
            return said["out"], said["status"]
        if os.path.exists(self.status):
            os.remove(self.status)
        command = ["bash", "-euo", "pipefail", "-c", code]
        if self.language == "js":
            command = ["node", "--import", os.path.join(HERE, "docs", "hook.mjs"), "--input-type=module", "-e", code]
        done = subprocess.run(command, env=self.environment, cwd=self.work, text=True, capture_output=True, timeout=60)
        if done.returncode != 0:
            raise Mismatch(f"ended with {done.returncode}: {done.stderr.strip()} {done.stdout.strip()}")
        status = open(self.status).read().strip() if os.path.exists(self.status) else ""
        return done.stdout, int(status) if status else None


def page_in(language, slug, page, origin, options):
    """Runs one page in one language: how many blocks ran, the faults, and the answers for --bless."""
    if not any(kind == language and "run" in words for kind, words, _ in blocks_of(page)):
        return 0, [], {}
    with tempfile.TemporaryDirectory(prefix="docs-") as work, Server(options.binary, work) as server:
        found = blocks_of(page.replace(origin, server.world["url"]))
        bound = server.samples()
        runner = Runner(language, server.environment(), work, options.python)
        count, faults, answers = 0, [], {}
        try:
            for place, (kind, words, code) in enumerate(found):
                if kind != language or "run" not in words:
                    continue
                name = words["run"]
                rest = ((w, k, c) for k, w, c in found[place:] if w.get("answer") == name)
                shown = next(rest, None)
                try:
                    out, status = runner.run(substituted(code, bound))
                    count += 1
                    if shown:
                        answers[name] = (out, status, bound, server.world)
                        checked(shown, out, status, bound)
                except Mismatch as mismatch:
                    faults.append(f"{slug or 'index'} [{language}] {name}: {mismatch}")
        finally:
            runner.close()
        return count, faults, answers


def checked(shown, out, status, bound):
    words, kind, text = shown
    if words.get("status") and int(words["status"]) != status:
        raise Mismatch(f"status {status}, {words['status']} shown: {out.strip()[:600]}")
    if kind == "json":
        try:
            got = json.loads(out)
        except ValueError:
            raise Mismatch(f"no JSON was printed: {out[:300]!r}") from None
        compare(json.loads(text), got, bound, "dates" in words)
    else:
        texts(text.strip(), out.strip(), bound, "dates" in words, "", "")


def uncovered(pages):
    """Blocks that are neither run nor say why not, and answers to nothing."""
    faults, left = [], 0
    for slug, text in pages.items():
        found = blocks_of(text)
        names = {words["run"] for _, words, _ in found if "run" in words}
        for kind, words, code in found:
            if kind in LANGUAGES and "run" not in words and not words.get("norun"):
                faults.append(f"{slug}: a {kind} block is neither run nor says why not: {code[:60]!r}")
            if kind in LANGUAGES and "norun" in words and words["norun"] != "reference":
                left += 1
            if "answer" in words and words["answer"] not in names:
                faults.append(f"{slug}: the answer {words['answer']} belongs to no example")
    return faults, left


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--page", action="append")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--bless", action="store_true")
    options = parser.parse_args()
    # The examples run in a directory of their own.
    options.binary = os.path.abspath(options.binary)
    options.python = os.path.abspath(shutil.which(options.python) or options.python)
    for tool in ("node", "curl", "bash"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is needed to run the examples of the docs, and is not there")
    if subprocess.run([options.python, "-c", "import requests"], capture_output=True).returncode:
        sys.exit(f"{options.python} has no requests: python3 -m venv DIR && DIR/bin/pip install requests")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="docs-") as work, Server(options.binary, work) as server:
        origin = server.world["url"]
        listed = re.findall(r"\]\(http[^)]*?/docs(?:/([^)]*))?\.md\)", server.get("/llms.txt"))
        pages = {slug: server.get(f"/docs/{slug}.md" if slug else "/docs.md") for slug in listed}
    faults, left = uncovered(pages)
    chosen = [slug for slug, text in pages.items() if "run=" in text and (not options.page or slug in options.page)]
    counts, answers = dict.fromkeys(LANGUAGES, 0), {}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [(pool.submit(page_in, language, slug, pages[slug], origin, options), language, slug) for slug in chosen for language in LANGUAGES]
        for job, language, slug in jobs:
            count, wrong, answered = job.result()
            counts[language] += count
            faults += wrong
            if language == "bash" or slug not in answers:
                answers[slug] = {**answers.get(slug, {}), **answered}
    if options.bless:
        sys.path.insert(0, os.path.join(HERE, "docs"))
        import bless
        bless.write(answers, SITE)
    for fault in faults:
        print(f"FAIL  {fault}")
    ran = ", ".join(f"{count} {language}" for language, count in counts.items())
    print(f"{len(pages)} pages; examples run: {ran}; {left} say why they are not; {len(faults)} faults; "
          f"{time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
