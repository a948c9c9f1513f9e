"""Compares what this crate accepts and refuses with python-stdnum, and its tables with pycountry. For developers and CI.

    pip install python-stdnum pycountry
    cargo build -p odoo-canonical --example check-values
    python3 scripts/oracle.py TARGET/debug/examples/check-values STDNUM_TESTS

STDNUM_TESTS is the folder `tests` of the source package of python-stdnum. Every number in it (and in the documentation of
its modules) is tried, and so is every number that differs in one digit from one that python-stdnum accepts. Differences must
stand in `oracle-differences.txt` with their reason; one that does not, or one listed that is no more, ends the script with 1.
"""

import collections
import importlib
import pathlib
import re
import subprocess
import sys

import pycountry
from stdnum import bic, ean, iban, lei
from stdnum.eu import oss
from stdnum.util import get_cc_module

HERE = pathlib.Path(__file__).resolve().parent
VAT = "at be bg ch cy cz de dk ee es fi fr gb gr hr hu ie it lt lu lv mt nl no pl pt ro se si sk".split()
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,/()+*\-]*")


def texts(*modules, files=()):
    """Everything in the documentation and the tests that might be a number."""
    for module in modules:
        yield from TOKEN.findall(module.__doc__ or "")
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from TOKEN.findall(line.removeprefix("... "))
            yield line.removeprefix("... ").strip()


def mutants(number):
    for place, character in enumerate(number):
        if character.isdigit():
            for digit in "0123456789":
                if digit != character:
                    yield number[:place] + digit + number[place + 1 :]


def plain(prefix, number):
    return prefix + re.sub(r"[^A-Z0-9+*]", "", number.upper())


def cases(tests):
    """(type, text, whether python-stdnum accepts it)."""
    for kind, module, stem in (("iban", iban, "iban"), ("lei", lei, "lei"), ("bic", bic, "bic"), ("gtin", ean, "ean")):
        seen = set()
        for text in texts(module, files=tests.glob(f"test*_{stem}.doctest")):
            number = module.compact(text)
            if not number.isascii() or not number.isalnum() or not 4 <= len(number) <= 40:
                continue
            number = number.upper()
            seen.add(number)
            if module.is_valid(number):
                seen.update(mutants(number))
        for number in sorted(seen):
            yield kind, number, module.is_valid(number)
    seen = {oss.compact(text) for text in texts(oss, files=tests.glob("test*_oss.doctest"))}
    seen |= {mutant for number in seen if oss.is_valid(number) for mutant in mutants(number)}
    for number in sorted(seen):
        if number.isascii() and number.isalnum() and number[:2] in ("EU", "IM", "IN"):
            yield "tax_number", number, oss.is_valid(number)
    for cc in VAT:
        module = get_cc_module(cc, "vat")
        prefix = {"gr": "EL"}.get(cc, cc.upper())
        family = [module, importlib.import_module(f"stdnum.{cc}")]
        names = {module.__name__.rpartition(".")[2], "vat"}
        files = [tests / f"test_{cc}_{name}.doctest" for name in names] + [tests / "test_eu_vat.doctest"]
        seen = set()
        for text in texts(*family, files=[path for path in files if path.exists()]):
            if text[:2].isalpha() and not text.upper().startswith((prefix, cc.upper())) and "eu_vat" in "".join(map(str, files)):
                # Another country's number of the common test.
                if text[:2].upper() in {c.upper() for c in VAT} | {"EL", "XI"}:
                    continue
            number = plain("", module.compact(text))
            if number.startswith(prefix) and cc != "ch":
                number = number[2:]
            if not 5 <= len(number) <= 16:
                continue
            seen.add(number)
            if module.is_valid(number):
                seen.update(mutants(number))
        for number in sorted(seen):
            full = number if cc == "ch" and number.startswith("CH") else prefix + number
            # What python-stdnum rewrites before it looks is not the plain form that this crate asks for.
            if plain("", module.compact(number)) not in (number, full):
                continue
            yield "tax_number", full, module.is_valid(number)


def ask(program, lines):
    text = "".join(f"{kind}\t{value}\n" for kind, value in lines)
    answer = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    return answer.stdout.splitlines()


def tables(program):
    """Lines that say how the tables differ from those of pycountry."""
    lines = [("currency", c.alpha_3) for c in pycountry.currencies] + [("country", c.alpha_2) for c in pycountry.countries]
    wanted = [f"true {c.numeric}" for c in pycountry.currencies] + [f"true {c.alpha_3}" for c in pycountry.countries]
    for (kind, code), answer, want in zip(lines, ask(program, lines), wanted):
        if not answer.removeprefix("ok\t").startswith(want):
            yield f"{kind} {code}: here {answer!r}, there {want!r}"


def main():
    program, tests = sys.argv[1], pathlib.Path(sys.argv[2])
    all_cases = list(cases(tests))
    answers = ask(program, [(kind, text) for kind, text, _ in all_cases])
    found, counts = {}, collections.Counter()
    for (kind, text, theirs), answer in zip(all_cases, answers):
        ours = answer.startswith("ok\t")
        group = kind if kind != "tax_number" else f"{kind} {text[:2]}"
        counts[group, theirs] += 1
        if ours != theirs:
            found.setdefault((group, "only here" if ours else "only there"), []).append(text)
    listed = {}
    for line in (HERE / "oracle-differences.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group, side, pattern, reason = line.split("\t")
            listed[group, side, pattern] = reason
    used, failed = set(), False
    for (group, side), numbers in sorted(found.items()):
        for number in numbers:
            match = next((key for key in listed if key[:2] == (group, side) and re.fullmatch(key[2], number)), None)
            if match:
                used.add(match)
            else:
                failed = True
                print(f"accepted {side}: {group} {number}")
    for key in listed.keys() - used:
        failed = True
        print("listed, but no difference any more:", *key)
    for line in tables(program):
        failed = True
        print(line)
    for group in sorted({group for group, _ in counts}):
        print(f"{group}: {counts[group, True]} accepted, {counts[group, False]} refused")
    print(f"{len(all_cases)} numbers compared, {len(used)} differences with a reason")
    print(f"{0 if failed else len(all_cases)} passed, {1 if failed else 0} failed")
    sys.exit(failed)


if __name__ == "__main__":
    main()
