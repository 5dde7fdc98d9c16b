"""Reads the links with hreflang from all pages, and tells those that are not answered."""
import pathlib
import sys
from html.parser import HTMLParser

BASE = "https://example.org/"


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "link" and "hreflang" in attributes:
            self.found[attributes["hreflang"]] = attributes["href"]


root = pathlib.Path(sys.argv[1])
pages = {}
for file in sorted(root.rglob("index.html")):
    links = Links()
    links.feed(file.read_text(encoding="utf-8"))
    address = BASE + str(file.parent.relative_to(root)).rstrip(".") + "/"
    if links.found:
        pages[address] = links.found
for address, found in pages.items():
    print(address, *found)
    if address not in found.values():
        print("  does not name itself")
    for language, other in found.items():
        if pages.get(other) != found:
            print("  is not answered by", other)
