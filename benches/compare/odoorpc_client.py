"""What a program does with OdooRPC: prints how many seconds it took, without connecting.

odoorpc_client.py create COUNT PREFIX   one partner per call, as its documentation shows it
odoorpc_client.py load COUNT PREFIX     the same partners through `load`, 500 per call
odoorpc_client.py read COUNT PREFIX     reads COUNT partners in pages of 1,000, one page after the other

The server is in ODOO_URL, ODOO_DB, ODOO_LOGIN and ODOO_API_KEY.
"""

import os
import sys
import time
import urllib.parse

import odoorpc

FIELDS = [
    "id", "name", "email", "phone", "vat", "country_id", "state_id", "category_id", "active", "credit_limit",
    "write_date", "create_date", "parent_id",
]


def partner(prefix, number):
    return {
        "name": f"Customer {prefix} {number}",
        "email": f"office{number}@client.example.com",
        "phone": f"+1 555-{number:07d}",
        "street": f"{number} Old Mill Road",
        "city": "Springfield",
    }


def create(odoo, count, prefix):
    partners = odoo.env["res.partner"]
    for number in range(count):
        partners.create(partner(prefix, number))


def load(odoo, count, prefix):
    partners = odoo.env["res.partner"]
    columns = ["id", *partner(prefix, 0)]
    rows = [[f"{prefix}.partner_{number}", *partner(prefix, number).values()] for number in range(count)]
    for first in range(0, count, 500):
        answer = partners.load(columns, rows[first : first + 500])
        assert answer["ids"], answer["messages"]


def read(odoo, count, _prefix):
    ids = odoo.env["res.partner"].search([], order="id", limit=count)
    rows = []
    for first in range(0, len(ids), 1000):
        rows += odoo.execute("res.partner", "read", ids[first : first + 1000], FIELDS)
    assert len(rows) == count, len(rows)


def main():
    task, count, prefix = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    url = urllib.parse.urlsplit(os.environ["ODOO_URL"])
    protocol = "jsonrpc+ssl" if url.scheme == "https" else "jsonrpc"
    port = url.port or (443 if url.scheme == "https" else 80)
    odoo = odoorpc.ODOO(url.hostname, protocol=protocol, port=port, timeout=600)
    odoo.login(os.environ["ODOO_DB"], os.environ["ODOO_LOGIN"], os.environ["ODOO_API_KEY"])
    # OdooRPC asks for a model's fields when it is first used.
    odoo.env["res.partner"]
    begin = time.perf_counter()
    {"create": create, "load": load, "read": read}[task](odoo, count, prefix)
    print(time.perf_counter() - begin)


main()
