"""Holds the Python package `jsonschema` against the exported schemas: it must accept and refuse what this crate does.

    pip install jsonschema
    cargo run -p odoo-canonical --example verdicts > verdicts.ndjson
    python3 scripts/check_schemas.py verdicts.ndjson

Every committed schema is checked against its meta-schema, its examples against itself, and every document of the file against
the strict, open and draft-07 schemas of its kind.
"""

import json
import pathlib
import sys

from jsonschema import validators

SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "schemas" / "v1"
FLAVOURS = {"": "ok", "open": "open", "draft-07": "ok"}


def main():
    loaded, failures, passed = {}, [], 0
    for folder in FLAVOURS:
        for path in sorted((SCHEMAS / folder).glob("*.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            kind = validators.validator_for(schema)
            kind.check_schema(schema)
            validator = kind(schema)
            loaded[folder, path.stem] = validator
            for example in schema["examples"]:
                passed += 1
                if not validator.is_valid(example):
                    failures.append(f"{folder}/{path.name} refuses its example")
    for line in open(sys.argv[1], encoding="utf-8"):
        case = json.loads(line)
        for folder, verdict in FLAVOURS.items():
            passed += 1
            if loaded[folder, case["kind"]].is_valid(case["document"]) != case[verdict]:
                failures.append(f"{folder}/{case['kind']}: wanted {case[verdict]} of {json.dumps(case['document'])[:200]}")
    for failure in failures[:20]:
        print(failure)
    print(f"{passed - len(failures)} passed, {len(failures)} failed")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
