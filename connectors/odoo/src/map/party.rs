//! A party: `res.partner`, its further addresses as contacts below it.

use connector_core::canonical::object::{Party, PartyKind};
use connector_core::contract::Rejection;

use super::{Mapper, Record, address, cell, flag};

impl Mapper<'_> {
    /// The party's record. The parent is not in it: see [`parent`](Self::parent).
    pub(crate) fn party(&self, party: &Party) -> Result<Record, Rejection> {
        let key = party.key.as_str();
        let mut cells = vec![
            cell("id", self.names.party(key)),
            cell("name", party.name.as_str()),
            cell("is_company", flag(party.kind == PartyKind::Organisation)),
        ];
        let mut state =
            |column: &str, value: Option<&str>| cells.extend(value.map(|value| cell(column, value)));
        state("email", party.email.as_ref().map(|email| email.as_str()));
        let main = party.addresses.first();
        let phone = party.phone.as_ref().or(main.and_then(|main| main.phone.as_ref()));
        state("phone", phone.map(|phone| phone.as_str()));
        let registered = |scheme: &str| {
            let id = party.tax_ids.iter().find(|id| id.scheme.as_str() == scheme);
            id.map(|id| id.value.as_str())
        };
        state("vat", registered("vat"));
        state("company_registry", registered("company_reg"));
        state("lang", party.language.as_ref().and_then(|language| self.refs.language(language)));
        state("active", party.active.map(flag));
        if let Some(main) = main {
            cells.extend(self.address(main, "", "/addresses/0")?);
        }
        let mut lines = Vec::new();
        for (index, entry) in party.addresses.iter().enumerate().skip(1) {
            let name = entry.name.as_ref().unwrap_or(&party.name);
            let external_id = self.names.party_address(key, index);
            let path = format!("/addresses/{index}");
            lines.push(self.contact(&external_id, address::role(entry), name.as_str(), entry, &path)?);
        }
        Ok(Record { cells, lines })
    }

    /// The party below its organisation, as a record of its own: a user without accounting rights may set `parent_id` on a contact
    /// that is there, but not make one with it in `load`.
    pub(crate) fn parent(&self, party: &Party) -> Option<Record> {
        let parent = party.parent.as_ref()?;
        let cells = vec![
            cell("id", self.names.party(party.key.as_str())),
            cell("parent_id/id", self.names.party(parent.key.as_str())),
        ];
        Some(Record { cells, lines: Vec::new() })
    }
}
