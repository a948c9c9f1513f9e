//! What differs between Odoo's series, in one table.
//!
//! Sources: the models and controllers of 14.0 to 19.0, and the exchanges recorded with 17.0 and 19.0. Names of arguments that changed are in
//! `positional.rs`, since there each belongs to a method.

use crate::version::Version;

/// Something that some series have and others don't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// The protocol JSON-2 (`/json/2`).
    Json2,
    /// The protocols JSON-RPC and XML-RPC.
    LegacyRpc,
    /// The service `db` for creating, copying and dropping databases.
    DatabaseService,
    /// `web_read` and `web_search_read` with a specification: records inside records in one call.
    WebRead,
    /// `web_save_multi`: other values for each record in one call.
    WebSaveMulti,
    /// `read_group`; deprecated from 19 on.
    ReadGroup,
    /// `formatted_read_group`.
    FormattedReadGroup,
    /// `name_get`; after it the field `display_name`.
    NameGet,
    /// `exists` may be called from outside; after it a search by id.
    Exists,
    /// `has_access`; before it `check_access_rights`.
    HasAccess,
    /// `action_archive` and `action_unarchive`; before it `toggle_active`.
    ActionArchive,
    /// The operators `any` and `not any` in domains.
    AnyOperator,
    /// `search_count` with a limit.
    CountLimit,
    /// API keys that expire.
    KeyExpiry,
    /// The signatures of all methods (`/doc-bearer`).
    Documentation,
}

/// Capability, first major version, first major version without it.
const TABLE: [(Capability, u16, u16); 15] = [
    (Capability::Json2, 19, u16::MAX),
    (Capability::LegacyRpc, 0, 22),
    (Capability::DatabaseService, 0, 20),
    (Capability::WebRead, 17, u16::MAX),
    (Capability::WebSaveMulti, 19, u16::MAX),
    (Capability::ReadGroup, 0, u16::MAX),
    (Capability::FormattedReadGroup, 19, u16::MAX),
    (Capability::NameGet, 0, 18),
    (Capability::Exists, 0, 19),
    (Capability::HasAccess, 18, u16::MAX),
    (Capability::ActionArchive, 14, u16::MAX),
    (Capability::AnyOperator, 17, u16::MAX),
    (Capability::CountLimit, 16, u16::MAX),
    (Capability::KeyExpiry, 18, u16::MAX),
    (Capability::Documentation, 19, u16::MAX),
];

impl Version {
    /// Whether this version has something. A version between two releases (`saas~18.3`) counts as the earlier one.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        TABLE
            .iter()
            .find(|(named, ..)| *named == capability)
            .is_some_and(|(_, since, until)| (*since..*until).contains(&self.major))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_stands_once() {
        for (capability, since, until) in TABLE {
            assert!(since < until, "{capability:?}");
            assert_eq!(TABLE.iter().filter(|(other, ..)| *other == capability).count(), 1, "{capability:?}");
        }
    }

    #[test]
    fn series_differ() {
        let has =
            |major, capability| Version { major, minor: 0, saas: false, enterprise: false }.has(capability);
        assert!(has(19, Capability::Json2) && !has(18, Capability::Json2));
        assert!(has(21, Capability::LegacyRpc) && !has(22, Capability::LegacyRpc));
        assert!(has(17, Capability::NameGet) && !has(18, Capability::NameGet));
        assert!(has(17, Capability::WebRead) && !has(16, Capability::WebRead));
    }
}
