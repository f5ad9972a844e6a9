#!/usr/bin/env python3
"""schema.json as an editor applies it: by a validator that is not ours.

    schema_test.py LASTWORDS

Every spec here is valid. What is broken below is not, by the schema, and then
`lastwords check` refuses it as well: the schema is never the stricter one.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema  # Debian: python3-jsonschema

BROKEN = [
    [],
    "text",
    {},
    {"scenario": "A"},  # no expectation
    {"wants": "x"},  # nothing to run
    {"scenario": "", "ends": "exit 2"},
    {"scenario": 1, "ends": "exit 2"},
    {"scenario": "A", "ends": "crash", "want": "x"},
    {"scenario": "A", "wants": ""},
    {"scenario": "A", "wants": []},
    {"scenario": "A", "ends": "exit 256"},
    {"scenario": "A", "ends": "SIGSEVG"},
    {"scenario": "A", "count": {"x": -1}},
    {"scenario": "A", "count": {"x": "1"}},
    {"scenario": "A", "lines": [{"nxt": "x"}]},
    {"scenario": "A", "lines": ["y", {"next": "x", "same": "x"}]},
    {"scenario": "A", "lines": [{"count": 2}]},
    {"scenario": "A", "frames": {"exact": ["f"]}},
    {"scenario": "A", "panics": {"recovered": True}},
    {"scenario": "A", "goroutines": {"locked": "yes"}},
    {"scenario": "A", "stdout": {"ends": "exit 2"}},
    {"scenario": "A", "steps": [{"wait": "x", "send": "SIGINT"}]},
    {"scenario": "A", "steps": [{"send": "INT"}]},
    {"scenario": "A", "ends": "crash", "limits": {"time_ms": 0}},
    {"scenario": "A", "ends": "crash", "repeat": 0},
    {"scenario": "A", "ends": "crash", "requires": {"os": "a", "arch": "b"}},
    {"scenario": "A", "ends": "crash", "xfail": {"issue": "#7"}},
    {"scenario": "A", "ends": "crash", "extras": 1},
    {"scenario": "A$k", "ends": "crash", "cases": {}},
    {"scenario": "A", "ends": "crash", "env": {"X": 1}},
    {"scenario": "A", "ends": "crash", "env": {}},
    {"scenario": "A", "ends": "crash", "limits": {}},
    {"scenario": "A", "ends": "crash", "limits": {"output_bytes": 2**40 + 1}},
    {"scenario": "A", "ends": "crash", "requires": []},
    {"scenario": "A", "ends": "crash", "name": "a\x1b[31m"},
    {"scenario": "A", "ends": "crash", "cases": {"a\nb": 1}},
    {"scenario": "A", "ends": "SIGRTMIN+31"},
    {"scenario": "A", "ends": "SIGRTMAX-0"},
    {"scenario": "A", "steps": [{"wait": "x"}, {"send": 34}]},
    {"scenario": "A", "count": {"x": 10**9 + 1}},
    {"scenario": "A", "goroutines": {"id": -1}},
]


def is_refused(lastwords, folder, spec):
    file = pathlib.Path(folder, "spec.json")
    file.write_text(json.dumps(spec))
    checked = subprocess.run(
        [lastwords, "check", file], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=60)
    return checked.returncode == 2


def main(lastwords):
    specs = pathlib.Path(__file__).parent
    schema = json.loads((specs / "schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = []
    files = sorted(specs.glob("*/*.json"))
    for file in files:
        for error in validator.iter_errors(json.loads(file.read_text())):
            wrong.append(f"{file}: {error.json_path}: {error.message}")
    with tempfile.TemporaryDirectory() as folder:
        for spec in BROKEN:
            if validator.is_valid(spec):
                wrong.append(f"schema.json takes {json.dumps(spec)}")
            if not is_refused(lastwords, folder, spec):
                wrong.append(f"lastwords check takes {json.dumps(spec)}")
    print(*wrong, sep="\n")
    print(f"{len(files)} specs and {len(BROKEN)} broken ones,"
          f" {len(wrong)} judged wrongly")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
