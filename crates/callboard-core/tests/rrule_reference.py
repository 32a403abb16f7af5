"""What python-dateutil makes of recurrence rules: the reference that Callboard's dates are held against.

Reads one request per line of standard input, answers one line each:
  {"rule", "start", "time", "offset", "horizon", "limit", "exdates", "rdates"}
  -> {"dates": [...]} or {"error": "..."}
`offset` is null for floating time, else hours from UTC. Dates are YYYY-MM-DD.

Two readings differ from the library on purpose, and are spelt out for it here:
- UNTIL with a date alone means the whole of that date.
- BYDAY=MO,1TU means every Monday and the first Tuesday (the library finds no date that is both).
"""

import datetime
import json
import re
import sys
import warnings

from dateutil.rrule import rruleset, rrulestr

warnings.simplefilter("ignore", DeprecationWarning)  # COUNT and a horizon at once


def spelt_out(rule):
    rule = re.sub(r"(UNTIL=\d{8})(?=;|$)", r"\1T235959", rule)
    found = re.search(r"BYDAY=([^;]*)", rule)
    days = found.group(1).split(",") if found else []
    numbered = [day for day in days if day[:1] in "+-0123456789"]
    if not numbered or len(numbered) == len(days):
        return rule
    most = 53 if "FREQ=YEARLY" in rule and "BYMONTH=" not in rule else 5
    every = [f"{n}{day}" for day in days if day not in numbered for n in range(1, most + 1)]
    return rule.replace(found.group(0), "BYDAY=" + ",".join(numbered + every))


def dates_of(request):
    zone = request["offset"]
    zone = None if zone is None else datetime.timezone(datetime.timedelta(hours=zone))
    clock = datetime.time.fromisoformat(request["time"])

    def moment(date, time=clock):
        return datetime.datetime.combine(datetime.date.fromisoformat(date), time, tzinfo=zone)

    horizon = moment(request["horizon"], datetime.time(23, 59, 59))
    # The library holds dates against UNTIL only when it finds one; without this, a rule that never
    # matches is tried day by day to the year 9999.
    datetime.MAXYEAR = horizon.year
    rule = rrulestr(spelt_out(request["rule"].upper()), dtstart=moment(request["start"]))
    until = min(rule._until, horizon) if rule._until else horizon
    found = rruleset()
    found.rrule(rule.replace(until=until))
    for date in request["rdates"]:
        if moment(date) <= horizon:
            found.rdate(moment(date))
    for date in request["exdates"]:
        found.exdate(moment(date))
    dates = []
    for date in found:
        if len(dates) == request["limit"]:
            break
        dates.append(date.date().isoformat())
    return dates


for line in sys.stdin:
    try:
        answer = {"dates": dates_of(json.loads(line))}
    except Exception as error:  # whatever the library refuses with
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))
