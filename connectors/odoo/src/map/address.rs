//! Addresses: fields of a contact, or contacts of their own below one.

use connector_core::canonical::object::{Address, AddressRole};
use connector_core::contract::Rejection;

use super::{Cell, Mapper, Record, cell};

/// An address of an order, as a contact below its party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderAddress {
    /// External id of the party.
    pub(crate) party: String,
    /// External id of the contact.
    pub(crate) contact: String,
    /// Its row.
    pub(crate) line: Vec<Cell>,
}

impl OrderAddress {
    /// The party's record with these contacts and nothing else of its own: a party that Odoo does not have is refused, since it
    /// cannot be made without a name.
    pub(crate) fn record(party: &str, lines: Vec<Vec<Cell>>) -> Record {
        Record { cells: vec![cell("id", party)], lines }
    }
}

impl Mapper<'_> {
    /// The cells of an address; columns begin with `prefix`.
    pub(super) fn address(
        &self,
        address: &Address,
        prefix: &str,
        path: &str,
    ) -> Result<Vec<Cell>, Rejection> {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let country = address.country.or(address.subdivision.as_ref().map(|state| state.country()));
        let country = country.map(|country| self.refs.country(country, path)).transpose()?;
        let state =
            address.subdivision.as_ref().map(|state| self.refs.state(state, path)).transpose()?.flatten();
        let mut lines = address.lines.iter().map(|line| line.as_str());
        let street = lines.next().unwrap_or_default().to_owned();
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let cells = [
            ("street", street),
            ("street2", lines.collect::<Vec<_>>().join(", ")),
            ("city", text(address.city.as_ref().map(|city| city.as_str()))),
            ("zip", text(address.postal_code.as_ref().map(|code| code.as_str()))),
            ("state_id/.id", id(state)),
            ("country_id/.id", id(country)),
        ];
        Ok(cells.into_iter().map(|(column, text)| (format!("{prefix}{column}"), text)).collect())
    }

    /// A child contact.
    pub(super) fn contact(
        &self,
        external_id: &str,
        role: &str,
        name: &str,
        address: &Address,
        path: &str,
    ) -> Result<Vec<Cell>, Rejection> {
        let mut cells = vec![
            cell("child_ids/id", external_id),
            cell("child_ids/type", role),
            cell("child_ids/name", name),
            cell("child_ids/phone", address.phone.as_ref().map(|phone| phone.as_str()).unwrap_or_default()),
        ];
        cells.extend(self.address(address, "child_ids/", path)?);
        Ok(cells)
    }

    /// The contact for an order's `bill_to` or `ship_to`.
    pub(super) fn order_address(
        &self,
        party: &str,
        role: &str,
        address: &Address,
        path: &str,
    ) -> Result<OrderAddress, Rejection> {
        let plain = Address { role: None, ..address.clone() };
        // The address type serializes without fail; were it not so, all of a party's would be one, which the test excludes.
        let content = serde_json::to_string(&plain).unwrap_or_default();
        let contact = self.names.order_address(party, role, &content);
        // Contacts of these kinds need no name of their own.
        let name = address.name.as_ref().map(|name| name.as_str()).unwrap_or_default();
        let line = self.contact(&contact, role, name, address, path)?;
        Ok(OrderAddress { party: self.names.party(party), contact, line })
    }
}

/// Odoo's word for what an address is for.
pub(super) fn role(address: &Address) -> &'static str {
    match address.role {
        Some(AddressRole::Contact) => "contact",
        Some(AddressRole::Invoice) => "invoice",
        Some(AddressRole::Delivery) => "delivery",
        _ => "other",
    }
}
