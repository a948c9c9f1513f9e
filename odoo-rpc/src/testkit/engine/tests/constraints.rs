//! Foreign keys, trees, barcodes, and ids that are none: refused in the server's own words.

use serde_json::{Value, json};

use super::{both, call};
use crate::testkit::Series;
use crate::testkit::engine::ErrorKind;

#[test]
fn an_id_that_is_not_there_violates_the_foreign_key() {
    both(|series, odoo| {
        let ann = odoo.create("res.partner", json!({"name": "Ann"})).expect("ann");
        let expected = match series {
            Series::V17 => {
                "The operation cannot be completed: another model requires the record being deleted. If possible, archive it instead.\n\nModel: Contact (res.partner)\nConstraint: res_partner_country_id_fkey\n"
            }
            Series::V19 => {
                "The operation cannot be completed: Another model is using the record you are trying to delete.\n\nThe troublemaker is: 'Contact' (res.partner)\nThanks to the following constraint: 'Country' (country_id)\nHow about archiving the record instead?"
            }
        };
        let created = odoo.create("res.partner", json!({"name": "x", "country_id": 99_999})).unwrap_err();
        let written = odoo.write("res.partner", ann, json!({"country_id": -5})).unwrap_err();
        assert_eq!((created.kind, created.message.as_str()), (ErrorKind::Validation, expected));
        assert_eq!(written.message, expected);
        let order = odoo.create("sale.order", json!({"partner_id": ann})).expect("an order");
        let error = call(odoo, "res.partner", "unlink", &[ann], json!({})).unwrap_err();
        assert!(error.message.contains("sale.order") && error.message.contains("partner_id"), "{error}");
        assert!(odoo.row("sale.order", order).is_some() && odoo.row("res.partner", ann).is_some());
    });
}

#[test]
fn what_is_no_id_is_refused_when_created_and_dropped_when_written() {
    both(|_, odoo| {
        let be = odoo.external_id("base.be").expect("belgium").1;
        let ann = odoo.create("res.partner", json!({"name": "Ann", "country_id": be})).expect("ann");
        for (value, class) in [
            (json!("abc"), "psycopg2.errors.InvalidTextRepresentation"),
            (json!([be]), "psycopg2.errors.DatatypeMismatch"),
            (json!(true), "psycopg2.errors.DatatypeMismatch"),
            (json!({"id": be}), "psycopg2.ProgrammingError"),
        ] {
            let error = odoo.create("res.partner", json!({"name": "x", "country_id": value})).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Other(class), "{value}");
            odoo.write("res.partner", ann, json!({"country_id": be})).expect("written");
            odoo.write("res.partner", ann, json!({"country_id": value})).expect("taken");
            assert_eq!(odoo.row("res.partner", ann).expect("row")["country_id"], Value::Bool(false));
        }
        odoo.write("res.partner", ann, json!({"country_id": be.to_string()})).expect("taken");
        assert_eq!(odoo.row("res.partner", ann).expect("row")["country_id"][0], be);
    });
}

#[test]
fn nothing_is_its_own_ancestor() {
    both(|_, odoo| {
        for model in ["product.category", "res.partner.category"] {
            let top = odoo.create(model, json!({"name": "top"})).expect("top");
            let below = odoo.create(model, json!({"name": "below", "parent_id": top})).expect("below");
            let error = odoo.write(model, top, json!({"parent_id": below})).unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::User, "Recursion Detected."));
            odoo.write(model, below, json!({"name": "fine"})).expect("written");
        }
    });
}

#[test]
fn a_barcode_belongs_to_one_product() {
    both(|series, odoo| {
        let mug = odoo.create("product.product", json!({"name": "Mug", "barcode": "123"})).expect("mug");
        let cup = odoo.create("product.product", json!({"name": "Cup"})).expect("cup");
        let between = if series == Series::V17 { ", " } else { " and " };
        let text = format!(
            "Barcode(s) already assigned:\n\n- Barcode \"123\" already assigned to product(s): Mug{between}Cup\n\nNote: products that you don't have access to will not be shown above."
        );
        let error = odoo.write("product.product", cup, json!({"barcode": "123"})).unwrap_err();
        assert_eq!((error.kind, error.message), (ErrorKind::Validation, text.clone()));
        let error = odoo.create("product.product", json!({"name": "Cup", "barcode": "123"})).unwrap_err();
        assert_eq!(error.message, text);
        odoo.write("product.product", mug, json!({"barcode": "123"})).expect("its own");
    });
}

#[test]
fn external_ids_and_metadata_are_told() {
    both(|series, odoo| {
        let be = odoo.external_id("base.be").expect("belgium").1;
        let ask = |method: &str, ids: &[i64], named: Value| call(odoo, "res.country", method, ids, named);
        let found = call(
            odoo,
            "ir.model.data",
            "check_object_reference",
            &[],
            json!({"module": "base", "xml_id": "be"}),
        );
        assert_eq!(found.expect("found"), json!(["res.country", be]));
        let missing = call(
            odoo,
            "ir.model.data",
            "check_object_reference",
            &[],
            json!({"module": "base", "xml_id": "nowhere"}),
        );
        assert_eq!(missing.unwrap_err().message, "External ID not found in the system: base.nowhere");
        let names = ask("get_external_id", &[be, 9_999], json!({})).expect("names");
        assert_eq!(names, json!({(be.to_string()): "base.be", "9999": ""}));
        odoo.name("shop.belgium", "res.country", be).expect("named");
        let rows = ask("get_metadata", &[be], json!({})).expect("metadata");
        assert_eq!((&rows[0]["id"], &rows[0]["xmlid"]), (&json!(be), &json!("shop.belgium")));
        assert_eq!(rows[0]["xmlids"].as_array().map(Vec::len), Some(2));
        assert_eq!(rows[0]["create_uid"][0], 2);
        let ids = [
            odoo.create("res.partner", json!({"name": "a"})).expect("a"),
            odoo.create("res.partner", json!({"name": "b"})).expect("b"),
        ];
        let named = json!({"vals_list": [{"ref": "1"}, {"ref": "2"}], "specification": {"ref": {}}});
        let saved = call(odoo, "res.partner", "web_save_multi", &ids, named);
        if series == Series::V17 {
            assert_eq!(saved.unwrap_err().kind, ErrorKind::UnknownMethod);
            return;
        }
        assert_eq!(saved.expect("saved"), json!([{"id": ids[0], "ref": "1"}, {"id": ids[1], "ref": "2"}]));
        let short = json!({"vals_list": [{}], "specification": {}});
        assert!(call(odoo, "res.partner", "web_save_multi", &ids, short).is_err());
    });
}
