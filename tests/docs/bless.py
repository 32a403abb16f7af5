"""Writes answers into the sources of the docs: what a source leaves out (`…`) stays left out, names stay in its order."""

import json
import os
import re

MORE = "…"
WIDTH = 100


def pretty(value, depth=0, used=0):
    line = json.dumps(value, ensure_ascii=False)
    line = re.sub(r'^\{(.*)\}$', r'{ \1 }', line) if isinstance(value, dict) and value else line
    if len(line) + used + 2 * depth <= WIDTH:
        return line
    inner = "  " * (depth + 1)
    if isinstance(value, dict) and value:
        lines = [f"{inner}{json.dumps(k)}: {pretty(v, depth + 1, len(k) + 4)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + pretty(v, depth + 1) for v in value) + "\n" + "  " * depth + "]"
    return line


def merged(shown, got):
    if shown == MORE:
        return MORE
    if isinstance(shown, dict) and isinstance(got, dict) and shown:
        kept = {key: merged(shown[key], got[key]) for key in shown if key in got}
        if MORE in shown:
            kept[MORE] = MORE
        else:
            kept.update({key: value for key, value in got.items() if key not in kept})
        return kept
    if isinstance(shown, list) and isinstance(got, list) and shown and shown[-1] == MORE:
        entries = shown[:-1]
        return [merged(a, b) for a, b in zip(entries, got)] + [MORE]
    if isinstance(shown, list) and isinstance(got, list) and shown:
        return [merged(shown[min(i, len(shown) - 1)], b) for i, b in enumerate(got)]
    if isinstance(shown, str) and MORE in shown:
        return shown
    return got


def write(answers, site):
    table = open(os.path.join(site, "src/docs/site.rs"), encoding="utf-8").read()
    files = dict(re.findall(r'"([^"]*)" => "([^"]+)"', table))
    samples = json.load(open(os.path.join(site, "docs-site/samples.json"), encoding="utf-8"))
    for slug, named in answers.items():
        path = os.path.join(site, "docs-site", files.get(slug, "") + ".md")
        if not os.path.exists(path):
            continue
        text = open(path, encoding="utf-8").read()
        for name, (out, status, bound, world) in named.items():
            text = one(text, name, out, status, bound, world, samples)
        open(path, "w", encoding="utf-8").write(text)


def one(text, name, out, status, bound, world, samples):
    pattern = re.compile(rf"^```json answer={re.escape(name)}( [^\n]*)?\n(.*?)^```$", re.M | re.S)
    match = pattern.search(text)
    if not match:
        return text
    try:
        # A placeholder for a number is no JSON.
        source = re.sub(r'(?<!")\{\{\w+\}\}(?!")', "0", match[2])
        value = merged(json.loads(source), json.loads(out))
    except ValueError:
        return text
    body = pretty(value)
    back = {got: shown for shown, got in bound.items()}
    for got, shown in sorted(back.items(), key=lambda pair: -len(pair[0])):
        if len(got) > 8:
            body = body.replace(got, shown)
        else:
            body = re.sub(rf'("(?:id|number|channelId|coverImage|seq)": ){got}(?!\d)', rf"\g<1>{shown}", body)
    for placeholder, sample in samples.items():
        if len(sample) > 8:
            body = body.replace(sample, "{{" + placeholder + "}}")
    body = body.replace(world["url"], "{{url}}")
    words = re.sub(r"status=\d+", f"status={status}", match[1] or "")
    return text[:match.start()] + f"```json answer={name}{words}\n{body}\n```" + text[match.end():]
