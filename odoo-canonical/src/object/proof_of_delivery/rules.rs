//! Rules for proofs of delivery.

use super::{PieceCondition, ProofOfDelivery};
use crate::object::prelude::*;

rules! {
    /// What proofs of delivery alone are held to.
    RULES {
        SOMETHING_SHOWN = "PD-01", "A proof shows a name, a signature, or a picture";
        ON_THE_GLOBE = "PD-02", "A latitude is within 90 degrees, a longitude within 180";
        DAMAGE_TOLD = "PD-03", "What is damaged, missing or refused is told in words, at the package or for the whole";
        NOT_NEGATIVE = "PD-04", "No count of packages is negative";
    }
}

pub(super) fn check(proof: &ProofOfDelivery, report: &mut Report) {
    if proof.received_by.is_none() && proof.signature.is_none() && proof.photos.is_empty() {
        report.violation(SOMETHING_SHOWN, "", "a name, a signature, or a picture", "none");
    }
    if let Some(place) = &proof.place {
        invariant::address(report, "/place", place);
    }
    if let Some(position) = &proof.position {
        for (name, degrees, most) in [("latitude", position.latitude, 90), ("longitude", position.longitude, 180)] {
            report.at_most(ON_THE_GLOBE, format_args!("/position/{name}"), Some(Decimal::from(most)), degrees.abs());
        }
    }
    for (index, piece) in proof.pieces.iter().enumerate() {
        if let Some(quantity) = &piece.quantity {
            report.not_negative(NOT_NEGATIVE, format_args!("/pieces/{index}/quantity/value"), quantity.value);
        }
        if piece.condition != PieceCondition::Good && piece.note.is_none() && proof.remarks.is_none() {
            report.violation(DAMAGE_TOLD, format_args!("/pieces/{index}/note"), "a word on it", "none");
        }
    }
}
