#!/usr/bin/env python3
"""Makes tests/data/asyncapi-3.0.0.json, by which the tests hold the documents that `canonical asyncapi` writes.

Source: the npm package @asyncapi/specs (Apache-2.0). Usage, in an empty folder: `npm install @asyncapi/specs@6.11.1`, then
`asyncapi-meta-schema.py node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json > asyncapi-3.0.0.json`.
Words and examples are left out; nothing else is changed.
"""

import json
import sys


def without_words(schema):
    if isinstance(schema, dict):
        words = lambda key, value: key in ("description", "examples") and isinstance(value, (str, list))
        return {key: without_words(value) for key, value in schema.items() if not words(key, value)}
    if isinstance(schema, list):
        return [without_words(item) for item in schema]
    return schema


with open(sys.argv[1], encoding="utf-8") as file:
    schema = without_words(json.load(file))
schema["$comment"] = "From the npm package @asyncapi/specs 6.11.1, Apache-2.0, without descriptions and examples"
json.dump(schema, sys.stdout, separators=(",", ":"), sort_keys=True)
sys.stdout.write("\n")
