#!/usr/bin/env python3
"""Vectors for FORMAT.md beside the given ones: texts that policies really hold, their plain text written by hand.

Standard library only; it shares nothing with Vellum. Writes own.json beside itself.
"""
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# name, numbering, title, body, what a reader reads
CASES = [
    (
        "title-and-levels", "legal", "Terms of use",
        "# Terms of use\n\n## Scope\n\n### Whom it binds\n\n#### Guests\n\n### When\n\n## End\n",
        "1. Scope\n\n1.1 Whom it binds\n\n1.1.1 Guests\n\n1.2 When\n\n2. End\n",
    ),
    (
        "another-title", "legal", "Terms of use",
        "# Part one\n\n1. as written\n\n## Scope\n\n1. first\n",
        "Part one\n\n(a) as written\n\n1. Scope\n\n(a) first\n",
    ),
    (
        "before-any-clause", "legal", "Terms of use",
        "3. three\n4. four\n\n## Scope\n\n3. c\n4. d\n",
        "3. three\n4. four\n\n1. Scope\n\n(c) c\n(d) d\n",
    ),
    (
        "three-levels", "legal", "Terms of use",
        "## Scope\n\n1. one\n   1. two\n      1. three\n   - bullet\n",
        "1. Scope\n\n(a) one\n  (i) two\n    (A) three\n  - bullet\n",
    ),
    (
        "loose-items", "none", "Terms of use",
        "1. one\n\n   more of one\n\n2. two\n",
        "1. one\n\n  more of one\n2. two\n",
    ),
    (
        "links-and-pictures", "none", "Terms of use",
        "See [the site](https://example.org/a), <https://example.org/b>, [](#x) and ![A map](assets/map.svg).\n\n**[bold link](/c)**~~old~~`co  de`\n",
        "See the site <https://example.org/a>, https://example.org/b, and [A map].\n\nbold link </c>oldco  de\n",
    ),
    (
        "entities-and-tasks", "none", "Terms of use",
        "Fish &amp; chips &copy; 2025\n\n- [x] done\n- [ ] open\n",
        "Fish & chips © 2025\n\n- [x] done\n- [ ] open\n",
    ),
    (
        "terms", "none", "Terms of use",
        "Customer\n: Whoever buys.\n\nUser\n: Whoever uses.\n",
        "Customer\n  Whoever buys.\nUser\n  Whoever uses.\n",
    ),
    (
        "quoted-list", "none", "Terms of use",
        "> Kept:\n>\n> - one\n> - two\n",
        "> Kept:\n>\n> - one\n> - two\n",
    ),
    (
        "rule-in-front", "none", "Terms of use",
        "\n\n---\n\nAfter a rule.  \n",
        "---\n\nAfter a rule.\n",
    ),
]


def main():
    rows = []
    for name, numbering, title, body, text in CASES:
        rows.append({
            "name": name,
            "numbering": numbering,
            "title": title,
            "body": body,
            "sha256": hashlib.sha256(body.encode()).hexdigest(),
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        })
    (HERE / "own.json").write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(len(rows), "texts")


if __name__ == "__main__":
    main()
