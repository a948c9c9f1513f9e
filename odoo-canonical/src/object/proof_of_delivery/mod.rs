//! That goods were handed over, to whom, and in what state.

mod rules;
mod sample;
mod status;
pub use status::ProofStatus;

use super::prelude::*;

object! {
    /// What a carrier shows for a delivery (X12 214 `D1`; Odoo `signature`, `is_signed`). It is not the receiver's own word on
    /// what came (UBL `ReceiptAdvice`, EDIFACT `RECADV`).
    ProofOfDelivery in Logistics {
        /// The shipment.
        shipment: DocumentRef [None],
        /// Number by which the carrier knows it.
        tracking: optional Label [None],
        /// Who carried it.
        carrier: optional PartyRef [None Party],
        /// Where the proof stands.
        status: ProofStatus [None],
        /// When it was handed over, as the clock there said.
        delivered_at: ZonedTime [None],
        /// Who took it, as written down.
        received_by: optional Label [Contact],
        /// The signature, as a picture that is kept elsewhere.
        signature: optional Attachment [Contact],
        /// Pictures that were taken.
        photos: list Attachment [Contact],
        /// Where it was handed over.
        place: optional Address [Contact],
        /// The same as a point on the globe.
        position: optional Position [Contact],
        /// What was handed over, package by package.
        pieces: list DeliveredPiece [None],
        /// What the receiver had to say.
        remarks: optional Text [FreeText],
        /// Other documents that the proof refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// A point on the globe (WGS 84).
    Position in Logistics {
        /// Degrees north; south is negative.
        latitude: Decimal [Contact],
        /// Degrees east; west is negative.
        longitude: Decimal [Contact],
    }
}

code_list! {
    /// In what state a package was handed over.
    PieceCondition, "piece condition", "In what state a package was handed over." {
        /// Whole.
        Good = "good",
        /// Damaged, and taken.
        Damaged = "damaged",
        /// Not there.
        Missing = "missing",
        /// Not taken.
        Refused = "refused",
    }
}

record! {
    /// One package at the door.
    DeliveredPiece in Logistics {
        /// The package's number among the shipping units of GS1.
        sscc: optional Sscc [None],
        /// The package's name in the shipment.
        package_id: optional Label [None],
        /// How many, where they were counted.
        quantity: optional Quantity [None],
        /// Its state.
        condition: PieceCondition [None],
        /// What was wrong.
        note: optional Text [FreeText],
    }
}

impl CanonicalObject for ProofOfDelivery {
    const KIND: ObjectKind = ObjectKind::ProofOfDelivery;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(ProofStatus::MACHINE);

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
