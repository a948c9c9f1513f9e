#!/usr/bin/env bash
# Holds other people's software against this crate: the npm package ajv and the PyPI package jsonschema against the exported
# schemas, python-stdnum and pycountry against the value types. A verdict that differs ends it with 1. What cannot be installed
# is skipped, and said so: a registry that is away breaks nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

scripts=odoo-canonical/scripts
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
skipped=()

skip() {
    printf '\n*** SKIPPED: %s ***\n' "$1"
    skipped+=("$1")
}

# A minute at most for each download.
quietly() { timeout 60 "$@" >"$folder/log" 2>&1 || { tail -3 "$folder/log"; return 1; }; }

cargo build -q -p odoo-canonical --example verdicts --example check-values
target="${CARGO_TARGET_DIR:-target}/debug/examples"
"$target/verdicts" >"$folder/verdicts.ndjson"

export PIP_RETRIES=1 npm_config_fetch_retries=1
pip=("$folder/python/bin/pip" --disable-pip-version-check)
if ! command -v python3 >/dev/null; then
    skip "jsonschema, python-stdnum and pycountry, for there is no python3"
elif ! quietly python3 -m venv "$folder/python"; then
    skip "jsonschema, python-stdnum and pycountry, for python3 cannot make a venv with pip"
else
    python="$folder/python/bin/python"
    if quietly "${pip[@]}" install jsonschema==4.26.0; then
        echo "PyPI jsonschema:"
        "$python" -B "$scripts/check_schemas.py" "$folder/verdicts.ndjson"
    else
        skip "PyPI jsonschema cannot be installed"
    fi
    # The numbers to try are in the tests of the source package.
    if quietly "${pip[@]}" install python-stdnum==2.2 pycountry==26.2.16 \
        && quietly "${pip[@]}" download --no-deps --no-binary :all: -d "$folder/source" python-stdnum==2.2 \
        && tar -xzf "$folder"/source/python_stdnum-2.2.tar.gz -C "$folder/source"; then
        echo "python-stdnum and pycountry:"
        "$python" -B "$scripts/oracle.py" "$target/check-values" "$folder/source/python_stdnum-2.2/tests"
    else
        skip "python-stdnum or pycountry cannot be installed"
    fi
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    skip "ajv, for there is no node with npm"
elif quietly npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder/node" ajv@8 ajv-formats@3; then
    echo "npm ajv:"
    node "$scripts/check-schemas.mjs" "$folder/verdicts.ndjson" "$folder/node"
else
    skip "npm ajv cannot be installed"
fi

printf '\nconformance: %d skipped\n' "${#skipped[@]}"
for what in "${skipped[@]}"; do printf '  not checked: %s\n' "$what"; done
