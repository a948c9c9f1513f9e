//! The rules by which changes are classified.

use serde::Serialize;
use std::fmt;

macro_rules! rules {
    ($( $(#[$doc:meta])* $variant:ident $id:literal; )+) => {
        /// Why a change has the verdict that it has. The README has the table with each rule's verdict.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $( $(#[$doc])* $variant, )+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The name: `property-added` and so on.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }
        }
    };
}

rules! {
    /// A schema that the old set does not have.
    SchemaAdded "schema-added";
    /// A schema that the new set does not have.
    SchemaRemoved "schema-removed";
    /// A field that documents may have now.
    PropertyAdded "property-added";
    /// A field that documents must have now.
    RequiredPropertyAdded "required-property-added";
    /// A field that documents could have.
    PropertyRemoved "property-removed";
    /// A field that documents had to have.
    RequiredPropertyRemoved "required-property-removed";
    /// A field that was optional.
    BecameRequired "became-required";
    /// A field that was required.
    BecameOptional "became-optional";
    /// Fields that the schema does not name may be written now.
    ObjectOpened "object-opened";
    /// Fields that the schema does not name may not be written any more.
    ObjectClosed "object-closed";
    /// More JSON types, among them all from before.
    TypeWidened "type-widened";
    /// Fewer JSON types.
    TypeNarrowed "type-narrowed";
    /// Other JSON types.
    TypeChanged "type-changed";
    /// One more value in a closed list.
    ValueAdded "value-added";
    /// One value less in a closed list.
    ValueRemoved "value-removed";
    /// A closed list is now any value of a shape that holds the list.
    ListOpened "list-opened";
    /// Any value of a shape is now a closed list within that shape.
    ListClosed "list-closed";
    /// Between a list and a shape that does not hold the list.
    ListChanged "list-changed";
    /// A pattern that all old strings match, and more.
    PatternWidened "pattern-widened";
    /// A pattern that only some of the old strings match, and no others.
    PatternNarrowed "pattern-narrowed";
    /// Another pattern for the same strings.
    PatternRewritten "pattern-rewritten";
    /// A pattern that some old strings do not match, and some new ones did not; or one that cannot be compared.
    PatternChanged "pattern-changed";
    /// A format that takes all old values, or no format any more.
    FormatWidened "format-widened";
    /// A format where there was none, or one within the old.
    FormatNarrowed "format-narrowed";
    /// Another format.
    FormatChanged "format-changed";
    /// A bound that lets more through.
    BoundWidened "bound-widened";
    /// A bound that lets less through.
    BoundNarrowed "bound-narrowed";
    /// Multiples of something else.
    BoundChanged "bound-changed";
    /// One more alternative.
    AlternativeAdded "alternative-added";
    /// One alternative less.
    AlternativeRemoved "alternative-removed";
    /// Alternatives where there were none: one more condition.
    AlternativesImposed "alternatives-imposed";
    /// No alternatives any more: one condition less.
    AlternativesLifted "alternatives-lifted";
    /// Something is excluded that was not.
    ExclusionAdded "exclusion-added";
    /// Something is not excluded any more.
    ExclusionRemoved "exclusion-removed";
    /// Something else is excluded.
    ExclusionChanged "exclusion-changed";
    /// The field is more sensitive.
    DataClassRaised "data-class-raised";
    /// The field is less sensitive.
    DataClassLowered "data-class-lowered";
    /// The field is sensitive in another way.
    DataClassChanged "data-class-changed";
    /// Another domain answers for the field.
    DomainChanged "domain-changed";
    /// What an absent field stands for is now said, or not said any more.
    DefaultStated "default-stated";
    /// An absent field stands for something else.
    DefaultChanged "default-changed";
    /// A definition has another name.
    DefinitionRenamed "definition-renamed";
    /// Words, titles and examples.
    Documentation "documentation";
    /// A keyword that this program does not know, so nothing can be promised.
    KeywordUnknown "keyword-unknown";
    /// The schemas are nested too deeply to be compared.
    TooDeep "too-deep";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
