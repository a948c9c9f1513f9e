//! What a tax engine answers.

mod rules;
mod sample;
mod status;
pub use status::TaxResultStatus;

use super::prelude::*;

object! {
    /// The answer of a tax engine, kept as it is: the taxes of every line, jurisdiction by jurisdiction.
    TaxDeterminationResult in Finance {
        /// The question, by its natural key.
        request: DocumentRef [None],
        /// The document that the taxes are for.
        document: DocumentRef [None],
        /// Which engine answers.
        engine: Code [None],
        /// The engine's own number of the document.
        engine_document: optional Label [None],
        /// Where the answer stands.
        status: TaxResultStatus [None],
        /// When it was computed.
        computed_at: Instant [None],
        /// Currency of all amounts.
        currency: Currency [None],
        /// The taxes of each line.
        lines: list TaxResultLine [None],
        /// All taxes.
        total_tax: Decimal [Financial],
        /// Other documents that it refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// How far a jurisdiction reaches.
    JurisdictionLevel, "jurisdiction level", "How far a jurisdiction reaches." {
        /// A whole country.
        Country = "country",
        /// A state or province.
        State = "state",
        /// A county.
        County = "county",
        /// A city.
        City = "city",
        /// A district with a tax of its own.
        Special = "special",
    }
}

record! {
    /// The taxes of one line.
    TaxResultLine in Finance {
        /// The line of the document.
        line_id: Label [None],
        /// All taxes of the line.
        tax: Decimal [Financial],
        /// Tax by jurisdiction.
        jurisdictions: list JurisdictionTax [None],
    }
}

record! {
    /// The tax of one jurisdiction on one line.
    JurisdictionTax in Finance {
        /// Name, for people.
        name: Label [None],
        /// How far it reaches.
        level: JurisdictionLevel [None],
        /// Code of the jurisdiction.
        code: optional Code [None],
        /// Name of the tax.
        tax_name: optional Label [None],
        /// Category, where the tax is a VAT.
        category: optional TaxCategory [None],
        /// Rate in per cent.
        rate: Percentage [None],
        /// What is taxed.
        taxable: Decimal [Financial],
        /// What would be taxed but for an exemption.
        exempt: optional Decimal [Financial],
        /// What this jurisdiction does not tax.
        non_taxable: optional Decimal [Financial],
        /// The tax.
        tax: Decimal [Financial],
    }
}

impl CanonicalObject for TaxDeterminationResult {
    const KIND: ObjectKind = ObjectKind::TaxDeterminationResult;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rule::MONETARY, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(TaxResultStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
