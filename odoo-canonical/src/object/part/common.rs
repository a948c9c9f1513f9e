//! Small things that many documents have: periods, electronic addresses, contacts, files, rates.

use crate::{
    canonical_json::Digest,
    value::{Code, Currency, Decimal, Label, LocalDate, UriReference},
};

record! {
    /// From one day to another, both included; open where a day is absent (BG-14).
    #[derive(Default)]
    Period in Sales {
        /// First day (BT-73, BT-134).
        start: optional LocalDate [None],
        /// Last day (BT-74, BT-135).
        end: optional LocalDate [None],
    }
}

record! {
    /// Where electronic documents are sent (BT-34, BT-49; Odoo `peppol_eas`, `peppol_endpoint`).
    Endpoint in Party {
        /// Which kind of address (code list EAS), for example `0088` for a GLN.
        scheme: Code [None],
        /// The address itself.
        value: Label [TaxId],
    }
}

record! {
    /// Somebody to talk to (BG-6, BG-9; Odoo child `res.partner`).
    #[derive(Default)]
    Contact in Party {
        /// Name (BT-41, BT-56).
        name: optional Label [Contact],
        /// What they answer for, in words.
        function: optional Label [None],
        /// E-mail (BT-43, BT-58).
        email: optional Label [Contact],
        /// Telephone (BT-42, BT-57).
        phone: optional Label [Contact],
    }
}

record! {
    /// A file that belongs to a document and is kept elsewhere (BG-24).
    Attachment in Sales {
        /// Where it is kept.
        uri: UriReference [None],
        /// SHA-256 of its bytes, so that what is fetched can be told from something else.
        digest: optional Digest [None],
        /// Media type, for example `application/pdf`.
        media_type: optional Label [None],
        /// What it is, for people (BT-123).
        description: optional Label [None],
    }
}

record! {
    /// How amounts in one currency become amounts in another.
    Exchange in Finance {
        /// The other currency.
        currency: Currency [None],
        /// How much of the other currency one unit of the document's is.
        rate: Decimal [None],
        /// The day of the rate.
        date: optional LocalDate [None],
        /// Who says so: a central bank, a contract.
        source: optional Label [None],
    }
}
