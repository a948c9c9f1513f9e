//! The code for a model. All paths are absolute and all locals start with `__`: a user's own names never meet them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::parse::{Model, ModelField};

pub(super) fn generate(model: &Model) -> TokenStream {
    let (handles, names, deserialize) = (handles(model), model_name(model), deserialize(model));
    let implementation = model_impl(model);
    quote! {
        #handles
        #names
        #implementation
        #deserialize
    }
}

/// A typed constant for each field.
fn handles(model: &Model) -> TokenStream {
    let Model { ident, krate, name: model_name, .. } = model;
    let constants = model.fields.iter().map(|field| {
        let ModelField { vis, ty, name, handle, .. } = field;
        let doc = format!("`{name}` of `{model_name}`, for domains, orders and values.");
        quote! {
            #[doc = #doc]
            #vis const #handle: #krate::model::Field<Self, #ty> = #krate::model::Field::new(#name);
        }
    });
    quote! {
        impl #ident {
            #(#constants)*
        }
    }
}

fn model_name(model: &Model) -> TokenStream {
    let Model { ident, krate, name, .. } = model;
    quote! {
        #[automatically_derived]
        impl #krate::field::ModelName for #ident {
            const MODEL: &'static str = #name;
        }
    }
}

fn model_impl(model: &Model) -> TokenStream {
    let Model { ident, krate, .. } = model;
    // Of another type, it is refused where it stands.
    let id = model.fields.iter().filter(|field| field.is_id()).map(|ModelField { ident, .. }| {
        let span = Span::call_site().located_at(ident.span());
        quote_spanned!(span=> self.#ident)
    });
    let (definitions, from_map) = (definitions(model), from_map(model));
    let (values, changes) = (values(model), changes(model));
    quote! {
        #[automatically_derived]
        impl #krate::model::Model for #ident {
            const FIELDS: &'static [#krate::model::FieldDef] = &[#definitions];

            fn id(&self) -> #krate::field::Id<Self> {
                #(#id)*
            }

            #from_map
            #values
            #changes
        }
    }
}

fn definitions(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let each = model.fields.iter().map(|field| {
        let ModelField { ty, name, .. } = field;
        let readonly = (!field.is_written()).then(|| quote!(.readonly()));
        quote!(#krate::model::FieldDef::of::<#ty>(#name) #readonly,)
    });
    quote!(#(#each)*)
}

fn from_map(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let map_access = quote!(#krate::__private::serde::de::MapAccess);
    let slots: Vec<Ident> =
        (0..model.fields.len()).map(|at| Ident::new(&format!("__field{at}"), Span::call_site())).collect();
    let positions = 0..model.fields.len();
    let names: Vec<&str> = model.fields.iter().map(|field| field.name.as_str()).collect();
    let types: Vec<_> = model.fields.iter().map(|field| &field.ty).collect();
    let idents = model.fields.iter().map(|field| &field.ident);
    let skipped = model.skipped.iter().map(|field| &field.ident);
    let defaults = model.skipped.iter().map(|field| &field.ty);
    quote! {
        fn from_map<'de, __A: #map_access<'de>>(
            mut __map: __A,
        ) -> ::core::result::Result<Self, <__A as #map_access<'de>>::Error> {
            let mut __index = #krate::model::FieldIndex::new(&[#(#names),*]);
            #(let mut #slots: ::core::option::Option<#types> = ::core::option::Option::None;)*
            while let ::core::option::Option::Some(__at) = #map_access::next_key_seed(&mut __map, &mut __index)? {
                match __at {
                    #(#positions => #krate::model::read_field::<#types, __A>(&mut #slots, &mut __map, #names)?,)*
                    _ => {
                        #map_access::next_value::<#krate::__private::serde::de::IgnoredAny>(&mut __map)?;
                    }
                }
            }
            ::core::result::Result::Ok(Self {
                #(#idents: #krate::model::finish_field(#slots, #names)?,)*
                #(#skipped: <#defaults as ::core::default::Default>::default(),)*
            })
        }
    }
}

fn values(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let field_value = quote!(#krate::field::FieldValue);
    let each = written(model).map(|ModelField { ident, ty, name, .. }| {
        quote! {
            if !<#ty as #field_value>::is_empty(&self.#ident) {
                __values.insert(::std::string::String::from(#name), <#ty as #field_value>::encode(&self.#ident));
            }
        }
    });
    let map = map(model);
    quote! {
        fn values(&self) -> #map {
            let mut __values = <#map>::new();
            #(#each)*
            __values
        }
    }
}

fn changes(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let field_value = quote!(#krate::field::FieldValue);
    let each = written(model).map(|ModelField { ident, ty, name, .. }| {
        quote! {
            if let ::core::option::Option::Some(__value) = <#ty as #field_value>::diff(&self.#ident, &__old.#ident) {
                __values.insert(::std::string::String::from(#name), __value);
            }
        }
    });
    let map = map(model);
    quote! {
        fn changes(&self, __old: &Self) -> #map {
            let mut __values = <#map>::new();
            #(#each)*
            __values
        }
    }
}

fn deserialize(model: &Model) -> TokenStream {
    let Model { ident, krate, .. } = model;
    let serde = quote!(#krate::__private::serde);
    quote! {
        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #ident {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, <__D as #serde::Deserializer<'de>>::Error> {
                #krate::model::decode_model(__deserializer)
            }
        }
    }
}

fn written(model: &Model) -> impl Iterator<Item = &ModelField> {
    model.fields.iter().filter(|field| field.is_written())
}

fn map(model: &Model) -> TokenStream {
    let krate = &model.krate;
    let json = quote!(#krate::__private::serde_json);
    quote!(#json::Map<::std::string::String, #json::Value>)
}
