//! Files, and what the server derives from them.

use serde_json::json;

use super::{both, call, call_in};
use crate::testkit::engine::ErrorKind;

#[test]
fn content_is_kept_and_described() {
    both(|_, odoo| {
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("ann");
        let vals = json!([
            {"name": "a.txt", "datas": "aGVsbG8g\nd29ybGQK", "res_model": "res.partner", "res_id": partner, "checksum": "mine"},
            {"name": "noext", "raw": "hello"},
            {"name": "a link", "type": "url", "url": "https://example.com"},
            {"name": "a.pdf", "datas": "JVBERg==", "mimetype": "image/png"},
        ]);
        let ids = call(odoo, "ir.attachment", "create", &[], json!({"vals_list": vals})).expect("created");
        let ids: Vec<i64> = serde_json::from_value(ids).expect("ids");
        let fields =
            json!({"fields": ["datas", "raw", "file_size", "mimetype", "checksum", "res_name", "public"]});
        let rows = call(odoo, "ir.attachment", "read", &ids, fields.clone()).expect("read");
        assert_eq!(
            rows[0],
            json!({
                "id": ids[0], "datas": "aGVsbG8gd29ybGQK", "raw": "hello world\n", "file_size": 12, "mimetype": "text/plain",
                "checksum": "22596363b3de40b06f981fb85d82312e8c0ed511", "res_name": "Ann", "public": false,
            })
        );
        assert_eq!((&rows[1]["datas"], &rows[1]["mimetype"]), (&json!("aGVsbG8="), &json!("text/plain")));
        assert_eq!((&rows[2]["datas"], &rows[2]["file_size"]), (&json!(false), &json!(0)));
        assert_eq!(rows[3]["mimetype"], "image/png");
        let small =
            call_in(odoo, json!({"bin_size": true}), "ir.attachment", "read", &ids, fields).expect("read");
        assert_eq!((&small[0]["datas"], &small[2]["datas"]), (&json!("12.00 bytes"), &json!(false)));

        call(odoo, "ir.attachment", "write", &[ids[0]], json!({"vals": {"datas": "bmV3"}})).expect("written");
        let row = odoo.row("ir.attachment", ids[0]).expect("row");
        assert_eq!((&row["datas"], &row["file_size"]), (&json!("bmV3"), &json!(3)));
        assert_eq!(row["checksum"], "c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc");
        call(odoo, "ir.attachment", "write", &[ids[0]], json!({"vals": {"public": true}})).expect("written");
        assert_eq!(odoo.row("ir.attachment", ids[0]).expect("row")["datas"], "bmV3");
        let bad = json!({"vals_list": {"name": "bad", "datas": "a!b"}});
        let error = call(odoo, "ir.attachment", "create", &[], bad).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Other("binascii.Error"));
    });
}
