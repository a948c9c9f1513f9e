//! Odoo's failures in the words of the contract: what may be tried again, what is the record's own fault, what is the set-up's.

use std::time::Duration;

use connector_core::contract::Rejection;
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::{Delivery as OdooDelivery, Error, ErrorKind};

/// Why a record is not in Odoo.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The call failed; says nothing about the record.
    Failed(Failure),
    /// Odoo refuses this record.
    Refused(Rejection),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Fault::Failed(failure)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Failed(failure(&error))
    }
}

/// The failure of a call.
pub(crate) fn failure(error: &Error) -> Failure {
    let (delivery, cause, code) = verdict(error.kind(), error.delivery());
    Failure::new(delivery, cause, code, format!("{}: {}", error.operation(), error.message()))
        .with_after(error.retry_after().map(|wait| wait.min(Duration::from_secs(3600))))
}

/// A record that Odoo refuses by raising.
pub(crate) fn rejection(error: &Error) -> Rejection {
    let (_, _, code) = verdict(error.kind(), error.delivery());
    Rejection { code: code.to_owned(), message: format!("Odoo: {}", error.message()), path: None }
}

/// A record that is refused, for a reason that says what to do.
pub(crate) fn refuse(code: &str, path: impl Into<String>, message: impl Into<String>) -> Rejection {
    Rejection { code: code.to_owned(), message: message.into(), path: Some(path.into()) }
}

/// Whether the error is about one of the records that were sent, so that the others can be saved by sending them apart.
pub(crate) fn is_about_records(error: &Error) -> bool {
    let taken_back = matches!(error.delivery(), OdooDelivery::Rejected | OdooDelivery::RolledBack);
    let records = matches!(
        error.kind(),
        ErrorKind::Validation
            | ErrorKind::UserError
            | ErrorKind::Missing
            | ErrorKind::BadArguments
            | ErrorKind::Server
    );
    taken_back && records
}

fn verdict(kind: ErrorKind, delivery: OdooDelivery) -> (Delivery, Cause, &'static str) {
    use ErrorKind as K;
    let sent = match delivery {
        OdooDelivery::NotSent => Delivery::NotSent,
        OdooDelivery::Rejected => Delivery::Refused,
        OdooDelivery::RolledBack => Delivery::RolledBack,
        // Done, but nobody can say with what result: the upsert is repeated, which changes nothing.
        OdooDelivery::Committed | OdooDelivery::Unknown => Delivery::Unknown,
    };
    let open = sent == Delivery::Unknown;
    let passing = if open { Cause::Transient } else { Cause::Permanent };
    match kind {
        K::Auth => (sent, Cause::Auth, "auth"),
        K::AccessDenied => (sent, Cause::Permanent, "access_denied"),
        K::Missing => (sent, Cause::Permanent, "missing"),
        K::UnknownModel => (sent, Cause::Permanent, "unknown_model"),
        K::UnknownMethod => (sent, Cause::Permanent, "unknown_method"),
        K::Validation => (sent, Cause::Permanent, "validation"),
        K::UserError => (sent, Cause::Permanent, "user_error"),
        K::BadArguments => (sent, Cause::Permanent, "bad_arguments"),
        K::Conflict => (sent, Cause::Transient, "serialization"),
        K::RateLimited => (sent, Cause::Throttled, "rate_limited"),
        // No database took the call: it is being restored, or its name is wrong. Either way the messages wait for a person or
        // for time, and none of them is at fault.
        K::Database => (Delivery::NotSent, Cause::Transient, "database_away"),
        K::Unavailable => (sent, Cause::Transient, "unavailable"),
        K::Server => (sent, passing, "server_error"),
        K::Protocol => (sent, passing, "unreadable"),
        K::TooLarge => (sent, Cause::Permanent, "too_large"),
        K::Timeout => (sent, Cause::Transient, "timeout"),
        K::Connection => (sent, Cause::Transient, "connection"),
        // Something answers that is no Odoo: a proxy whose Odoo is being replaced.
        K::Config if delivery == OdooDelivery::Rejected => (Delivery::NotSent, Cause::Transient, "odoo_away"),
        K::Config => (sent, Cause::Permanent, "config"),
        _ => (sent, passing, "odoo"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_may_be_done() {
        use {Cause as C, Delivery as D, ErrorKind as K, OdooDelivery as O};
        for (kind, delivery, expected) in [
            (K::Connection, O::NotSent, (D::NotSent, C::Transient)),
            (K::Connection, O::Unknown, (D::Unknown, C::Transient)),
            (K::Timeout, O::Unknown, (D::Unknown, C::Transient)),
            (K::Conflict, O::RolledBack, (D::RolledBack, C::Transient)),
            (K::Unavailable, O::Unknown, (D::Unknown, C::Transient)),
            (K::Unavailable, O::Rejected, (D::Refused, C::Transient)),
            (K::RateLimited, O::Rejected, (D::Refused, C::Throttled)),
            (K::Auth, O::Rejected, (D::Refused, C::Auth)),
            (K::Validation, O::RolledBack, (D::RolledBack, C::Permanent)),
            (K::Server, O::RolledBack, (D::RolledBack, C::Permanent)),
            (K::Server, O::Unknown, (D::Unknown, C::Transient)),
            (K::Protocol, O::Committed, (D::Unknown, C::Transient)),
            (K::Database, O::Rejected, (D::NotSent, C::Transient)),
            (K::Config, O::NotSent, (D::NotSent, C::Permanent)),
            (K::Config, O::Rejected, (D::NotSent, C::Transient)),
            (K::AccessDenied, O::RolledBack, (D::RolledBack, C::Permanent)),
        ] {
            let (delivered, cause, _) = verdict(kind, delivery);
            assert_eq!((delivered, cause), expected, "{kind:?} {delivery:?}");
        }
    }

    #[test]
    fn nothing_that_may_have_been_done_is_permanent_by_itself() {
        // Permanent and unknown would make a person look into an upsert that can simply be repeated.
        for kind in [
            ErrorKind::Server,
            ErrorKind::Protocol,
            ErrorKind::Timeout,
            ErrorKind::Connection,
            ErrorKind::Unavailable,
        ] {
            for delivery in [OdooDelivery::Unknown, OdooDelivery::Committed] {
                assert_eq!(verdict(kind, delivery).1, Cause::Transient, "{kind:?}");
            }
        }
    }
}
