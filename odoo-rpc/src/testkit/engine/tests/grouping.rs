//! Groupings, as recorded with 17.0 and seen on 19.0.

use serde_json::{Value, json};

use super::{both, call, call_in};
use crate::testkit::Series;
use crate::testkit::engine::{ErrorKind, Odoo, OdooError};

/// Three contacts, made in October, November and November.
fn contacts(odoo: &Odoo) -> (Vec<i64>, Value) {
    let be = odoo.external_id("base.be").expect("belgium").1;
    let tags: Vec<i64> = ["a", "b"]
        .iter()
        .map(|name| odoo.create("res.partner.category", json!({"name": name})).expect("a tag"))
        .collect();
    let mut ids = Vec::new();
    for (now, vals) in [
        (
            "2026-10-20 08:17:23.4",
            json!({"name": "Ann", "color": 2, "country_id": be, "category_id": [[6, 0, tags]]}),
        ),
        ("2026-11-01 00:30:00", json!({"name": "Bob", "color": 3, "category_id": [[6, 0, [tags[0]]]]})),
        ("2026-11-24 12:00:00", json!({"name": "Cid", "color": 4, "country_id": be})),
    ] {
        odoo.set_clock(now).expect("a time");
        ids.push(odoo.create("res.partner", vals).expect("made"));
    }
    let domain = json!([["id", "in", ids]]);
    (ids, domain)
}

fn formatted(odoo: &Odoo, named: Value) -> Result<Value, OdooError> {
    call(odoo, "res.partner", "formatted_read_group", &[], named)
}

#[test]
fn nineteen_groups_by_spans_and_aggregates() {
    both(|series, odoo| {
        let (ids, domain) = contacts(odoo);
        let asked = json!({
            "domain": domain, "groupby": ["create_date:month"],
            "aggregates": ["__count", "color:sum", "color:avg", "color:min", "color:max", "write_date:max", "name:min",
                "country_id:count", "country_id:count_distinct", "id:array_agg", "country_id:array_agg"],
        });
        if series == Series::V17 {
            assert_eq!(formatted(odoo, asked).unwrap_err().kind, ErrorKind::UnknownMethod);
            return;
        }
        let rows = formatted(odoo, asked).expect("grouped");
        let be = odoo.external_id("base.be").expect("belgium").1;
        assert_eq!(
            rows,
            json!([
                {
                    "create_date:month": ["2026-10-01 00:00:00", "October 2026"], "__count": 1,
                    "__extra_domain": ["&", ["create_date", ">=", "2026-10-01 00:00:00"], ["create_date", "<", "2026-11-01 00:00:00"]],
                    "color:sum": 2, "color:avg": 2.0, "color:min": 2, "color:max": 2, "write_date:max": "2026-10-20 08:17:23",
                    "name:min": "Ann", "country_id:count": 1, "country_id:count_distinct": 1, "id:array_agg": [ids[0]],
                    "country_id:array_agg": [be],
                },
                {
                    "create_date:month": ["2026-11-01 00:00:00", "November 2026"], "__count": 2,
                    "__extra_domain": ["&", ["create_date", ">=", "2026-11-01 00:00:00"], ["create_date", "<", "2026-12-01 00:00:00"]],
                    "color:sum": 7, "color:avg": 3.5, "color:min": 3, "color:max": 4, "write_date:max": "2026-11-24 12:00:00",
                    "name:min": "Bob", "country_id:count": 1, "country_id:count_distinct": 1, "id:array_agg": [ids[1], ids[2]],
                    "country_id:array_agg": [null, be],
                },
            ])
        );
        // What a group says of itself finds its records again.
        for row in rows.as_array().expect("rows") {
            let mut found = domain.as_array().expect("a list").clone();
            found.extend(row["__extra_domain"].as_array().expect("a list").clone());
            let found = odoo.search("res.partner", &Value::Array(found)).expect("found");
            assert_eq!(json!(found.len()), row["__count"]);
        }
        let none = json!({"domain": [["id", "=", -1]], "aggregates": ["__count", "color:sum", "color:avg", "write_date:max", "id:array_agg"]});
        assert_eq!(
            formatted(odoo, none).expect("grouped"),
            json!([{
                "__extra_domain": [[1, "=", 1]], "__count": 0, "color:sum": false, "color:avg": false, "write_date:max": false,
                "id:array_agg": [],
            }])
        );
        let by = |by: &str, more: Value| {
            let mut named = json!({"domain": domain, "groupby": [by], "aggregates": ["__count"]});
            named.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            formatted(odoo, named).expect("grouped")
        };
        let shown = |rows: &Value, name: &str| -> Vec<Value> {
            rows.as_array().expect("rows").iter().map(|row| row[name].clone()).collect()
        };
        let rows = by("create_date:month_number", json!({}));
        assert_eq!(shown(&rows, "create_date:month_number"), [json!(10.0), json!(11.0)]);
        let drilled = rows[1]["__extra_domain"].as_array().expect("a list").clone();
        let drilled: Vec<Value> = domain.as_array().expect("a list").iter().cloned().chain(drilled).collect();
        assert_eq!(odoo.search("res.partner", &Value::Array(drilled)).expect("found").len(), 2);
        assert_eq!(shown(&by("category_id", json!({})), "__count"), [json!(2), json!(1), json!(1)]);
        let rows = by("country_id", json!({"order": "__count desc"}));
        assert_eq!(shown(&rows, "country_id"), [json!([be, "Belgium"]), json!(false)]);
        assert_eq!(
            shown(&by("country_id", json!({"having": [["__count", "<", 2]]})), "country_id"),
            [json!(false)]
        );
        assert_eq!(
            shown(&by("country_id", json!({"order": "color:sum", "limit": 1})), "country_id"),
            [json!(false)]
        );
    });
}

#[test]
fn read_group_is_lazy_and_tells_ranges() {
    both(|_, odoo| {
        let (_, domain) = contacts(odoo);
        let group = |named: Value| call(odoo, "res.partner", "read_group", &[], named).expect("grouped");
        let rows = group(json!({
            "domain": domain, "fields": ["color", "write_date:max", "n:count(country_id)", "name"],
            "groupby": ["create_date:month", "country_id"],
        }));
        assert_eq!(rows.as_array().map(Vec::len), Some(2));
        let november = &rows[1];
        assert_eq!(
            (
                &november["create_date:month"],
                &november["create_date_count"],
                &november["color"],
                &november["n"]
            ),
            (&json!("November 2026"), &json!(2), &json!(7), &json!(1))
        );
        assert_eq!(november["write_date"], "2026-11-24 12:00:00");
        assert_eq!(november["__context"], json!({"group_by": ["country_id"]}));
        let range =
            json!({"create_date:month": {"from": "2026-11-01 00:00:00", "to": "2026-12-01 00:00:00"}});
        assert_eq!(november["__range"], range);
        assert_eq!(november["__domain"][0], "&");
        assert!(november.get("name").is_none());
        let found = odoo.search("res.partner", &november["__domain"]).expect("found");
        assert_eq!(found.len(), 2);
        let all = group(
            json!({"domain": domain, "fields": [], "groupby": ["create_date:day", "country_id"], "lazy": false}),
        );
        assert_eq!((all.as_array().map(Vec::len), &all[0]["__count"]), (Some(3), &json!(1)));
        // Bob came on the first of November in UTC, and on the last of October in New York.
        let named = json!({"domain": domain, "fields": [], "groupby": ["create_date:month"]});
        let context = json!({"tz": "America/New_York"});
        let rows = call_in(odoo, context, "res.partner", "read_group", &[], named).expect("grouped");
        assert_eq!(rows[0]["create_date_count"], 2);
        assert_eq!(rows[0]["__range"]["create_date:month"]["from"], "2026-10-01 04:00:00");
        assert_eq!(odoo.search("res.partner", &rows[0]["__domain"]).expect("found").len(), 2);
    });
}

#[test]
fn a_wrong_grouping_is_refused_in_the_servers_words() {
    both(|series, odoo| {
        if series == Series::V17 {
            let named = json!({"domain": [], "fields": [], "groupby": ["create_date:month_number"]});
            let error = call(odoo, "res.partner", "read_group", &[], named).unwrap_err();
            assert_eq!(error.message, "Granularity specification isn't correct: 'month_number'");
            return;
        }
        for (groupby, aggregate, text) in [
            ("nope", "__count", "Invalid field 'nope' on model 'res.partner'"),
            ("create_date", "__count", "Granularity not set on a date(time) field: 'create_date'"),
            ("is_company", "nope:sum", "Invalid field 'nope' on model 'res.partner' for 'nope:sum'."),
            ("is_company", "color:foo", "Invalid aggregate method 'foo' for 'color:foo'."),
        ] {
            let error =
                formatted(odoo, json!({"domain": [], "groupby": [groupby], "aggregates": [aggregate]}));
            let error = error.unwrap_err();
            assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Value, text));
        }
    });
}
