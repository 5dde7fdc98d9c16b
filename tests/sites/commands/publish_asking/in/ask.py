"""Runs vellum at a terminal: types the next answer each time it asks, and ends the input when none is left.

    python3 ask.py ANSWER... -- ARGUMENT...

The answer ^C is that key. What the terminal shows, what is typed included, goes to standard output.
"""

import os
import pty
import re
import signal
import sys

ASKS = re.compile(rb"(\[[0-9-]{10}\] |\[[yYnN]/[yYnN]\] |\n- )$")

divide = sys.argv.index("--")
answers, arguments = sys.argv[1:divide], sys.argv[divide + 1 :]
child, terminal = pty.fork()
if child == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvpe("vellum", ["vellum", *arguments], {**os.environ, "NO_COLOR": "1"})
signal.alarm(60)
shown = seen = b""
while True:
    try:
        seen += os.read(terminal, 65536)
    except OSError:
        break
    if ASKS.search(seen):
        answer = answers.pop(0).encode() + b"\n" if answers else b"\x04"
        os.write(terminal, b"\x03" if answer == b"^C\n" else answer)
        shown, seen = shown + seen, b""
sys.stdout.buffer.write((shown + seen).replace(b"\r\n", b"\n"))
sys.stdout.flush()
ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
if answers:
    sys.exit(f"not asked for: {answers}")
sys.exit(ended if ended >= 0 else 128 - ended)
