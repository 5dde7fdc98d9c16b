"""Reads what a built site gives to machines with parsers that are not ours: feedparser and jsonschema.

Usage: parsers.py FOLDER. Prints a line for each kind of file, or what is wrong; the exit status is 1 then.
"""

import json
import pathlib
import sys

import feedparser
import jsonschema

SITE = pathlib.Path(sys.argv[1])
WRONG = []


def feeds():
    count = items = 0
    for path in sorted(SITE.rglob("feed.atom")):
        feed = feedparser.parse(path.read_bytes())
        ids = [entry.id for entry in feed.entries]
        if feed.bozo or feed.version != "atom10":
            WRONG.append(f"{path}: {feed.get('bozo_exception', feed.version)}")
        if len(set(ids)) < len(ids) or not all(one.startswith("tag:") for one in ids + [feed.feed.id]):
            WRONG.append(f"{path}: ids are not single tag: URIs: {ids}")
        if not all(entry.title and entry.updated_parsed and entry.link for entry in feed.entries):
            WRONG.append(f"{path}: an entry lacks a title, a moment or a link")
        twin = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if [item["id"] for item in twin["items"]] != ids:
            WRONG.append(f"{path}: feed.json has other items")
        count, items = count + 1, items + len(ids)
    print(f"feedparser: {count} feeds, {items} entries")


def schemas():
    found = {}
    for path in sorted((SITE / "schemas").iterdir()):
        schema = json.loads(path.read_text(encoding="utf-8"))
        judge = jsonschema.validators.validator_for(schema)
        judge.check_schema(schema)
        found[path.name] = judge(schema, format_checker=jsonschema.FormatChecker())
    for name, judge in found.items():
        files = [path for path in sorted(SITE.rglob(name)) if path.parent.name != "schemas"]
        for path in files:
            for error in judge.iter_errors(json.loads(path.read_text(encoding="utf-8"))):
                WRONG.append(f"{path}: {error.json_path}: {error.message}")
        print(f"jsonschema: {name}, {len(files)}")


feeds()
schemas()
print("\n".join(WRONG) or "nothing wrong")
sys.exit(1 if WRONG else 0)
