"""Rewrites a ledger as another hand could: takes it from the last output, changes its events, and chains them anew.

python3 forge.py POLICY STATEMENT     such as: python3 forge.py terms "events[0]['on'] = '2024-01-01'"
"""

import hashlib
import json
import sys

policy, statement = sys.argv[1:]
with open(f"public/policies/{policy}/ledger.json", encoding="utf-8") as file:
    ledger = json.load(file)
events = ledger["events"]
exec(statement)
chain = "0" * 64
for event in events:
    event.pop("chain", None)
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    chain = hashlib.sha256(f"{chain}\n{text}".encode()).hexdigest()
    event["chain"] = chain
with open(f"content/policies/{policy}/ledger.yaml", "w", encoding="utf-8") as file:
    json.dump(ledger, file, indent=2, ensure_ascii=False)
