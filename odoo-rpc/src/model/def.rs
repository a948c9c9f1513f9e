//! What a program expects of a field.

use crate::field::FieldValue;

/// A field as a struct declares it: to ask for it, and to hold it against the server's own definition.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FieldDef {
    /// The technical name.
    pub name: &'static str,
    /// The types that the server's field may have; `*` for any.
    pub types: &'static [&'static str],
    /// Whether it can hold Odoo's empty value.
    pub nullable: bool,
    /// Whether it is only read, never written.
    pub readonly: bool,
    /// The model that it leads to.
    pub comodel: Option<&'static str>,
    /// The fields to read of the records that it leads to.
    pub nested: Option<fn() -> &'static [FieldDef]>,
    /// Whether the display name of the record that it leads to is wanted.
    pub named: bool,
    /// The values of a selection that the struct knows. Empty: any.
    pub selection: &'static [&'static str],
}

impl FieldDef {
    /// A field that is read as a `T`.
    #[must_use]
    pub const fn of<T: FieldValue>(name: &'static str) -> Self {
        Self {
            name,
            types: T::TYPES,
            nullable: T::NULLABLE,
            readonly: false,
            comodel: T::COMODEL,
            nested: T::NESTED,
            named: T::NAMED,
            selection: T::SELECTION,
        }
    }

    /// The same, never written.
    #[must_use]
    pub const fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }
}
