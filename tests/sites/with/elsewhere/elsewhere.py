"""Another site: serves on this machine while a command runs, and answers each path with the status in it.

python3 elsewhere.py COMMAND     such as: python3 elsewhere.py vellum check --external

`http://127.0.0.1:13579` stands for it in the files of the site and in what the command says.
"""

import http.server
import os
import subprocess
import sys
import threading

NAME = "127.0.0.1:13579"


class Site(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        status, _, to = self.path.strip("/").partition("/")
        self.send_response(int(status))
        if to:
            self.send_header("Location", f"/{to}")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *said):
        pass


def rename(old, new):
    for folder, _, names in os.walk("."):
        for name in names:
            if name.endswith((".md", ".yaml")):
                place = os.path.join(folder, name)
                with open(place, encoding="utf-8", newline="") as file:
                    text = file.read()
                if old in text:
                    with open(place, "w", encoding="utf-8", newline="") as file:
                        file.write(text.replace(old, new))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
own = f"127.0.0.1:{server.server_port}"
rename(NAME, own)
ran = subprocess.run(sys.argv[1:], capture_output=True, text=True)
rename(own, NAME)
sys.stdout.write(ran.stdout.replace(own, NAME))
sys.stderr.write(ran.stderr.replace(own, NAME))
sys.exit(ran.returncode)
