# The laws of the redline, read from pages that were built: without what is deleted it is the new text, without what is
# inserted the old one.
import sys
from html.parser import HTMLParser

BLOCKS = set("article blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody td th thead tr ul details summary".split())
VOID = set("area base br col embed hr img input link meta source track wbr".split())


class Text(HTMLParser):
    def __init__(self, mark, without):
        super().__init__()
        self.mark, self.without, self.open, self.blocks = mark, without, [], [""]

    def inside(self):
        return any(kind == "start" for _, kind in self.open) and not any(kind == "out" for _, kind in self.open)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        kind = "start" if self.mark in names else "out" if "data-ui" in names or tag == self.without else ""
        if tag in BLOCKS:
            self.blocks.append("")
        if tag == "br" and self.inside():
            self.blocks[-1] += " "
        if tag not in VOID:
            self.open.append((tag, kind))

    def handle_endtag(self, tag):
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass
        if tag in BLOCKS:
            self.blocks.append("")

    def handle_data(self, words):
        if self.inside():
            self.blocks[-1] += words


def text(page, mark, without=""):
    reader = Text(mark, without)
    with open(f"public/policies/terms/v/{page}/index.html", encoding="utf-8") as file:
        reader.feed(file.read())
    return [block for block in (" ".join(block.split()) for block in reader.blocks) if block]


old, new = sys.argv[1:]
now, then = text(f"{new}/changes", "data-redline", "del"), text(f"{new}/changes", "data-redline", "ins")
print("new text holds" if now == text(new, "data-policy-text") and now else f"new text is {now}")
print("old text holds" if then == text(old, "data-policy-text") and then else f"old text is {then}")
