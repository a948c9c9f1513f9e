//! The code for a selection. All paths are absolute and all locals start with `__`: a user's own names never meet them.

use proc_macro2::TokenStream;
use quote::quote;

use super::parse::Selection;

pub(super) fn generate(selection: &Selection) -> TokenStream {
    let (text, field_value, serde) = (text(selection), field_value(selection), serde(selection));
    quote! {
        #text
        #field_value
        #serde
    }
}

/// To text and from text.
fn text(selection: &Selection) -> TokenStream {
    let ident = &selection.ident;
    let known: Vec<_> = selection.known.iter().map(|known| &known.ident).collect();
    let values: Vec<_> = selection.known.iter().map(|known| &known.value).collect();
    quote! {
        impl #ident {
            /// The value as Odoo writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#known => #values,)*
                    Self::Other(__other) => ::std::string::String::as_str(__other),
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<&str> for #ident {
            fn from(__value: &str) -> Self {
                match __value {
                    #(#values => Self::#known,)*
                    __other => Self::Other(::std::string::String::from(__other)),
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<::std::string::String> for #ident {
            fn from(__value: ::std::string::String) -> Self {
                match ::std::string::String::as_str(&__value) {
                    #(#values => Self::#known,)*
                    _ => Self::Other(__value),
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Formatter::pad(__formatter, self.as_str())
            }
        }
    }
}

fn field_value(selection: &Selection) -> TokenStream {
    let Selection { ident, krate, known } = selection;
    let values = known.iter().map(|known| &known.value);
    let serde = quote!(#krate::__private::serde);
    let value = quote!(#krate::__private::serde_json::Value);
    quote! {
        #[automatically_derived]
        impl #krate::field::FieldValue for #ident {
            const TYPES: &'static [&'static str] = &["selection"];
            const SELECTION: &'static [&'static str] = &[#(#values),*];
            type Plain = Self;

            fn decode<'de, __D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<::core::option::Option<Self>, <__D as #serde::Deserializer<'de>>::Error> {
                let __text = #krate::field::decode_text(__deserializer)?;
                ::core::result::Result::Ok(::core::option::Option::map(
                    __text,
                    <Self as ::core::convert::From<::std::string::String>>::from,
                ))
            }

            fn encode(&self) -> #value {
                #value::String(::std::string::String::from(self.as_str()))
            }
        }
    }
}

fn serde(selection: &Selection) -> TokenStream {
    let Selection { ident, krate, .. } = selection;
    let serde = quote!(#krate::__private::serde);
    quote! {
        #[automatically_derived]
        impl #serde::Serialize for #ident {
            fn serialize<__S: #serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<
                <__S as #serde::Serializer>::Ok,
                <__S as #serde::Serializer>::Error,
            > {
                #serde::Serializer::serialize_str(__serializer, self.as_str())
            }
        }

        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #ident {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, <__D as #serde::Deserializer<'de>>::Error> {
                #krate::field::decode_required(__deserializer)
            }
        }
    }
}
