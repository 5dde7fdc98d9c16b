#!/usr/bin/env python3
"""Checks a built site against FORMAT.md, with the standard library alone: it shares nothing with Vellum.

usage: verify.py FOLDER
For every policy: each served text.md, text.txt and meta.json has the hash that the ledger gives, each event's chain
follows from the one before, and the manifests say the same.
"""
import hashlib
import json
import pathlib
import sys


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    """RFC 8785 for what a ledger holds: texts, booleans, lists and maps."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"


class Site:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.checked = 0
        self.wrong = []

    def expect(self, what, is_, wanted):
        self.checked += 1
        if is_ != wanted:
            self.wrong.append(f"{what}: {is_} is not {wanted}")

    def read(self, path):
        return (self.folder / path).read_bytes()

    def policy(self, manifest):
        slug = manifest["id"]
        place = f"policies/{slug}"
        ledger = json.loads(self.read(f"{place}/ledger.json"))
        versions = json.loads(self.read(f"{place}/versions.json"))
        before = "0" * 64
        published = {}
        redacted = {event["version"] for event in ledger["events"] if event.get("redacted")}
        for event in ledger["events"]:
            bare = {key: value for key, value in event.items() if key != "chain"}
            before = sha256((before + "\n" + canonical(bare)).encode())
            self.expect(f"{slug}: chain at {event['event']} {event['version']}", event["chain"], before)
            # A version is there from its day of publication, and never where it was withdrawn before.
            if event["event"] == "published" and event["on"] <= versions["as_of"]:
                published[event["version"]] = event
            if event["event"] == "withdrawn" and event["on"] < published.get(event["version"], event)["on"]:
                del published[event["version"]]
        self.expect(f"{slug}: head in policies.json", manifest["head"], before)
        self.expect(f"{slug}: head in versions.json", versions["head"], before)
        self.expect(f"{slug}: versions", sorted(published), sorted(row["version"] for row in versions["versions"]))
        for row in versions["versions"]:
            if row["version"] not in redacted:
                self.version(slug, row, published[row["version"]])
        for row in [manifest["in_force"], *manifest["upcoming"], *manifest["history"]]:
            if row:
                hashes = next(iter(published[row["version"]]["texts"].values()))
                self.expect(f"{slug}: {row['version']} in policies.json", row["sha256"], hashes["sha256"])

    def version(self, slug, row, event):
        place = f"policies/{slug}/v/{row['version']}"
        hashes = next(iter(event["texts"].values()))
        meta = self.read(f"{place}/meta.json")
        self.expect(f"{place}/text.md", sha256(self.read(f"{place}/text.md")), hashes["sha256"])
        self.expect(f"{place}/text.txt", sha256(self.read(f"{place}/text.txt")), hashes["text_sha256"])
        self.expect(f"{place}/meta.json", sha256(meta), hashes["meta_sha256"])
        self.expect(f"{place}/meta.json is canonical", meta.decode(), canonical(json.loads(meta)))
        self.expect(f"{place} in versions.json", row["sha256"], hashes["sha256"])
        self.expect(f"{place} in versions.json, text", row["text_sha256"], hashes["text_sha256"])
        self.expect(f"{place} in versions.json, chain", row["chain"], event["chain"])
        for path, wanted in event.get("assets", {}).items():
            self.expect(f"{slug}/assets/{path}", sha256(self.read(f"policies/{slug}/assets/{path}")), wanted)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    site = Site(sys.argv[1])
    for manifest in json.loads(site.read("policies.json"))["policies"]:
        site.policy(manifest)
    for line in site.wrong:
        print(line)
    print(f"{site.checked} checked, {len(site.wrong)} wrong")
    sys.exit(1 if site.wrong or not site.checked else 0)


if __name__ == "__main__":
    main()
