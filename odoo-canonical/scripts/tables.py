"""Makes the tables in `data/` from the packages that keep them. For developers; nothing at build or run time needs it.

    npm install iso-3166 currency-codes iso-639-1        # all MIT
    python3 scripts/tables.py NODE_MODULES REGISTRY.json REC20.csv REC21.csv

REGISTRY.json is `schwifty/iban_registry/generated.json` of the PyPI package schwifty (MIT), which is made from the IBAN registry
of SWIFT; only the country codes and the forms of the account numbers are taken.

REC20.csv and REC21.csv are the code lists of UN/CEFACT Recommendations 20 (Annexes II and III, revision 17 of 2021) and 21
(Annexes V and VI, revision 12 of 2021) as UNECE publishes them: columns Status, CommonCode or Code, Name, and for
Recommendation 20 ConversionFactor. The lists are public; only codes, English names, and the conversion factor are taken.

Differences from the sources, on purpose:
- Currencies: `currency-codes` is of June 2024. What ISO 4217 has changed since is in AMENDMENTS, and currencies that were
  withdrawn lately stay, because documents in them are still replayed and reconciled.
- Units: temperatures have no conversion, since a factor alone does not convert them; of the units without a dimension only
  whole numbers of pieces have one (a dozen is 12, but a per cent is not a hundredth of a piece).
"""

import csv
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"

# Code, numeric code, decimals (empty: has none), name.
AMENDMENTS = [
    ("ANG", "532", "2", "Netherlands Antillean Guilder"), ("BGN", "975", "2", "Bulgarian Lev"), ("CUC", "931", "2", "Peso Convertible"),
    ("HRK", "191", "2", "Kuna"), ("SLL", "694", "2", "Leone (old)"), ("ZWL", "932", "2", "Zimbabwe Dollar"),
    ("XCG", "532", "2", "Caribbean Guilder"), ("ZWG", "924", "2", "Zimbabwe Gold"), ("XAD", "396", "2", "Arab Accounting Dinar"),
]
NO_UNIT = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split()
TEMPERATURES = "KEL CEL FAH A48".split()


def node(modules, script):
    code = f"import {{createRequire}} from 'module'; const require=createRequire({json.dumps(str(Path(modules).resolve()) + '/x.js')});{script}"
    return json.loads(subprocess.check_output(["node", "--input-type=module", "-e", code]))


def write(name, rows):
    text = "".join("\t".join(row) + "\n" for row in sorted(rows))
    (DATA / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(rows)} rows, {len(text.encode())} bytes")


def countries(modules):
    path = json.dumps(str(Path(modules).resolve() / "iso-3166" / "index.js"))
    lists = node(modules, f"const i=await import({path}); console.log(JSON.stringify([i.iso31661,i.iso31662]))")
    write("countries.tsv", [(c["alpha2"], c["alpha3"], c["numeric"], c["name"]) for c in lists[0]])
    parts = {}
    for part in lists[1]:
        country, _, local = part["code"].partition("-")
        parts.setdefault(country, []).append(local)
    write("subdivisions.tsv", [(country, " ".join(sorted(codes))) for country, codes in parts.items()])


def currencies(modules):
    rows = {}
    for c in node(modules, "console.log(JSON.stringify(require('currency-codes').data))"):
        digits = "" if c["code"] in NO_UNIT else str(c["digits"])
        rows[c["code"]] = (c["code"], c["number"], digits, c["currency"])
    for row in AMENDMENTS:
        rows[row[0]] = row
    write("currencies.tsv", list(rows.values()))


def ibans(registry):
    rows = []
    for country, entry in json.load(open(registry, encoding="utf-8")).items():
        # Territories whose accounts have the code of another country have no IBAN of their own.
        if entry["iban_spec"][:2] != country:
            continue
        parts = re.findall(r"(\d+)!?([nac])", entry["bban_spec"])
        rows.append((country, " ".join(f"{count}{kind}" for count, kind in parts)))
    write("iban.tsv", rows)


def languages(modules):
    codes = node(modules, "const l=require('iso-639-1'); const i=l.default||l; console.log(JSON.stringify(i.getAllCodes().map(c=>[c,i.getName(c)])))")
    write("languages.tsv", [tuple(row) for row in codes])


SUPERSCRIPT = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
FACTOR = re.compile(r"^(?P<number>(?!10[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹])\d[\d ]*(?:,[\d ]+)?)?\s*(?P<power>[x×]?\s*10(?P<exponent>[⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?=\s|$))?\s*[x×]?\s*(?P<unit>.*)$")


def conversion(code, name, text):
    """Factor and base unit of a conversion as Recommendation 20 writes it, or two empty texts."""
    text = text.replace("\xa0", " ").strip()
    found = FACTOR.match(text)
    if not text or not found or code in TEMPERATURES:
        return "", ""
    unit = re.sub(r"\s+", " ", found["unit"]).replace("×", "x").strip()
    if unit.startswith(("/", ",", ".", "+", "^", "or ")) or re.search(r"\d{2,}|,", unit):
        return "", ""
    number = Decimal((found["number"] or "1").replace(" ", "").replace(",", "."))
    if found["power"]:
        number *= Decimal(10) ** int((found["exponent"] or "1").translate(SUPERSCRIPT))
    if unit in ("", "1"):
        whole = number == number.to_integral_value() and number >= 1 and " per " not in name
        return (f"{number:f}", "1") if whole and code != "C62" or code == "C62" else ("", "")
    plain = f"{number.normalize():f}"
    digits = plain.replace(".", "").lstrip("0")
    if number <= 0 or len(digits) > 28 or len(plain.partition(".")[2]) > 27 or len(plain.replace(".", "")) > 28:
        return "", ""
    return plain, unit


def units(rec20, rec21):
    rows = {}
    for row in csv.DictReader(open(rec20, encoding="utf-8-sig")):
        code, name = row["CommonCode"].strip(), re.sub(r"\s+", " ", row["Name"].replace("\xa0", " ")).strip()
        status = {"D": "deprecated", "X": "deleted"}.get(row["Status"].strip(), "")
        rows[code] = (code, status, name, *conversion(code, name, row["ConversionFactor"]))
    for row in csv.DictReader(open(rec21, encoding="utf-8-sig")):
        code, name = "X" + row["Code"].strip(), re.sub(r"\s+", " ", row["Name"].replace("\xa0", " ")).strip()
        status = {"D": "deprecated", "X": "deleted"}.get(row["Status"].strip(), "")
        # One code of Recommendation 20 may begin with X, too; it keeps its meaning.
        rows.setdefault(code, (code, status, name, "", ""))
    write("units.tsv", list(rows.values()))


if __name__ == "__main__":
    modules, registry, rec20, rec21 = sys.argv[1:]
    DATA.mkdir(exist_ok=True)
    countries(modules)
    currencies(modules)
    ibans(registry)
    languages(modules)
    units(rec20, rec21)
