//! What must be known of an order before it is stored: its identity, its version and its place in the sequence. Nothing else is looked
//! at, so that an order that cannot be mapped is still kept.

use connector_core::canonical::value::Instant;
use connector_core::contract::MapError;

use super::json::{Fields, Node};
use super::value::{id, id_in, instant, label_in};
use super::{FORMAT_GRAPHQL, FORMAT_REST, unknown_format};

/// The identity and version of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) updated_at: Instant,
    pub(crate) cancelled: bool,
    /// Customer id, else e-mail, else order: the key of the buyer.
    pub(crate) buyer: String,
}

impl Head {
    /// `updated_at` in microseconds. It has whole seconds; of two states within one, the one that is called off is the later, since no order
    /// comes back from that.
    pub(crate) fn version(&self) -> i64 {
        self.updated_at.as_microseconds().saturating_add(i64::from(self.cancelled))
    }
}

pub(crate) fn head(format: &str, node: &Node<'_>) -> Result<Head, MapError> {
    let fields = node.fields()?;
    let [id_name, updated, cancelled, customer_id] = match format {
        FORMAT_REST => ["id", "updated_at", "cancelled_at", "id"],
        FORMAT_GRAPHQL => ["legacyResourceId", "updatedAt", "cancelledAt", "legacyResourceId"],
        _ => return Err(unknown_format(format)),
    };
    let id = id(&fields.need(id_name)?)?;
    let customer = fields.get("customer").map(|node| node.fields()).transpose()?;
    let buyer = match &customer {
        Some(customer) => id_in(customer, customer_id)?,
        None => None,
    };
    let buyer = match buyer {
        Some(buyer) => buyer,
        // An e-mail that cannot be read is the mapping's to refuse; here it must not keep the change, or a page of others, from coming in.
        None => match email(&fields, customer.as_ref()) {
            Ok(Some(email)) => guest_key(&email),
            Ok(None) | Err(_) => order_key(&id),
        },
    };
    Ok(Head {
        id,
        updated_at: instant(&fields.need(updated)?)?,
        cancelled: fields.get(cancelled).is_some(),
        buyer,
    })
}

fn email(fields: &Fields<'_>, customer: Option<&Fields<'_>>) -> Result<Option<String>, MapError> {
    for name in ["email", "contact_email"] {
        if let Some(email) = label_in(fields, name)? {
            return Ok(Some(email.as_str().to_owned()));
        }
    }
    let email = customer.map(|customer| label_in(customer, "email")).transpose()?.flatten();
    Ok(email.map(|email| email.as_str().to_owned()))
}

/// The key of a buyer who has no customer record but an e-mail. Shops treat addresses without regard to case.
pub(crate) fn guest_key(email: &str) -> String {
    format!("email:{}", email.to_lowercase())
}

/// The key of a buyer of whom nothing is known but the order.
pub(crate) fn order_key(order: &str) -> String {
    format!("order:{order}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buyer(order: &str) -> String {
        head(FORMAT_REST, &Node::root(order.as_bytes()).unwrap()).unwrap().buyer
    }

    #[test]
    fn an_email_that_cannot_be_read_leaves_the_order_as_its_own_buyer() {
        let long = "x".repeat(1100);
        let order = |email: &str| format!(r#"{{"id":7,"updated_at":"2026-11-24T08:00:00Z",{email}}}"#);
        assert_eq!(buyer(&order(r#""email":"A@b.c""#)), "email:a@b.c");
        for email in [
            format!(r#""email":"{long}""#),
            r#""email":{"address":"a@b.c"}"#.to_owned(),
            format!(r#""email":null,"contact_email":"{long}""#),
            format!(r#""customer":{{"id":null,"email":"{long}"}}"#),
        ] {
            assert_eq!(buyer(&order(&email)), "order:7", "{:.40}", email);
        }
        // Who has a customer record needs no e-mail.
        assert_eq!(buyer(&order(&format!(r#""customer":{{"id":42}},"email":"{long}""#))), "42");
    }
}
