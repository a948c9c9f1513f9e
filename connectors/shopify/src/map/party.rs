//! The buyer.

use connector_core::canonical::object::{AddressRole, Party, PartyKind, PartyRole};
use connector_core::canonical::value::{Identifier, Instant, Key, Label, Revision};
use connector_core::contract::MapError;

use super::address::address;
use super::made;
use crate::wire::{Order, guest_key, order_key};

/// The customer, from the customer record alone: two orders of one customer must not make two versions of them. Only a guest is told from
/// the order.
pub(super) fn party(order: &Order) -> Result<Party, MapError> {
    let key = key(order)?;
    let customer = order.customer.as_ref();
    let known = customer.filter(|customer| customer.id.is_some());
    let mut party = Party::new(key, PartyKind::Person, name(order)?);
    party.roles = vec![PartyRole::Customer];
    match known {
        Some(customer) => {
            if let Some(id) = &customer.id {
                party.ids = vec![gid("Customer", id.as_str())?];
            }
            // Else a customer that an old order brings late would go over the newer one.
            party.revision = customer.updated_at.map(revision).transpose()?;
            party.email = customer.email.clone();
            party.phone = customer.phone.clone();
            party.addresses =
                customer.address.iter().map(|from| address(from, AddressRole::Contact)).collect();
        }
        None => {
            party.email = email(order);
            party.phone =
                order.phone.clone().or_else(|| customer.and_then(|customer| customer.phone.clone()));
            let home = customer.and_then(|customer| customer.address.as_ref());
            let from = order.billing.as_ref().or(order.shipping.as_ref()).or(home);
            party.addresses = from.map(|from| address(from, AddressRole::Contact)).into_iter().collect();
        }
    }
    Ok(party)
}

fn key(order: &Order) -> Result<Key, MapError> {
    if let Some(id) = order.customer.as_ref().and_then(|customer| customer.id.clone()) {
        return Ok(id);
    }
    match email(order) {
        Some(email) => made("email", guest_key(email.as_str()).parse()),
        None => made("id", order_key(order.id.as_str()).parse()),
    }
}

/// In microseconds, as the versions of orders are.
fn revision(at: Instant) -> Result<Revision, MapError> {
    let micros = made("customer", u64::try_from(at.as_microseconds()))?;
    made("customer", Revision::try_from(micros))
}

fn email(order: &Order) -> Option<Label> {
    order.email.clone().or_else(|| order.customer.as_ref().and_then(|customer| customer.email.clone()))
}

/// Customer, address, e-mail, telephone; a walk-in of whom nothing is known is called after the order.
fn name(order: &Order) -> Result<Label, MapError> {
    let customer = order.customer.as_ref();
    let home = customer.and_then(|customer| customer.address.as_ref());
    let addresses = [order.billing.as_ref(), order.shipping.as_ref()];
    let of_address = || {
        let places = home.into_iter().chain(addresses.into_iter().flatten());
        places.filter_map(|address| address.name.clone()).next()
    };
    let contact = || {
        let own = customer.and_then(|customer| customer.email.clone().or_else(|| customer.phone.clone()));
        own.or_else(|| order.email.clone()).or_else(|| order.phone.clone())
    };
    let found = customer.and_then(|customer| customer.name()).or_else(of_address).or_else(contact);
    match found {
        Some(name) => Ok(name),
        None => made("name", format!("Guest of {}", order.name).parse()),
    }
}

/// Shopify's own name of a record.
pub(super) fn gid(kind: &str, id: &str) -> Result<Identifier, MapError> {
    let scheme = made("id", "shopify_gid".parse())?;
    Ok(Identifier::new(scheme, made("id", format!("gid://shopify/{kind}/{id}").parse())?))
}
