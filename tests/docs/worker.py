"""Runs the Python examples of one page, each as a program of its own: code in, what it printed and the status out."""

import builtins
import contextlib
import io
import json
import sys

import requests

last = {"status": None}
send = requests.Session.send


def noted(self, request, **options):
    response = send(self, request, **options)
    last["status"] = response.status_code
    return response


requests.Session.send = noted
plain = builtins.print


def as_json(*values, **options):
    plain(*(json.dumps(v) if isinstance(v, (dict, list)) else v for v in values), **options)


for line in sys.stdin:
    builtins.print, last["status"], fault = as_json, None, ""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(json.loads(line), "<example>", "exec"), {"__name__": "__main__"})
        except BaseException as error:  # an example that fails is reported, whatever it raises
            fault = f"{type(error).__name__}: {error}"
    builtins.print = plain
    print(json.dumps({"out": out.getvalue(), "status": last["status"], "fault": fault}), flush=True)
