//! Reads lines of a value type and a text with a tab between them and writes `ok`, or what is wrong: the other end of
//! `scripts/oracle.py`, which compares the verdicts with those of another library.

use odoo_canonical::value::{Bic, Country, Currency, Gtin, Iban, Lei, TaxNumber, UnitCode, ValueError};
use std::{
    error::Error,
    io::{BufRead, Write, stdin, stdout},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let line = line?;
        let (kind, text) = line.split_once('\t').ok_or("a line without a tab")?;
        match verdict(kind, text) {
            Ok(known) => writeln!(out, "ok\t{known}")?,
            Err(error) => writeln!(out, "{error}")?,
        }
    }
    Ok(())
}

/// What the tables say of a text that is accepted, where there is a table.
fn verdict(kind: &str, text: &str) -> Result<String, ValueError> {
    let none = |_| String::new();
    match kind {
        "bic" => text.parse::<Bic>().map(|_| String::new()),
        "gtin" => text.parse::<Gtin>().map(|_| String::new()),
        "iban" => text.parse::<Iban>().map(|_| String::new()),
        "lei" => text.parse::<Lei>().map(|_| String::new()),
        "tax_number" => text.parse::<TaxNumber>().map(|_| String::new()),
        "currency" => text.parse::<Currency>().map(|code| {
            format!("{} {} {:?}", code.is_known(), code.numeric().unwrap_or_default(), code.minor_units())
        }),
        "country" => text
            .parse::<Country>()
            .map(|code| format!("{} {}", code.is_known(), code.alpha3().unwrap_or_default())),
        "unit" => text.parse::<UnitCode>().map(|code| code.name().unwrap_or_default().to_owned()),
        _ => text.parse::<odoo_canonical::value::Label>().map(none),
    }
}
