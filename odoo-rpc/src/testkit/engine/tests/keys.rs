//! API keys: the wizard, its question for the password, expiry, and the methods that came later.

use serde_json::{Value, json};

use super::{call, call_as};
use crate::testkit::engine::{ErrorKind, LogIn, Odoo};
use crate::testkit::{Series, Setup};

fn start(setup: Setup) -> Odoo {
    let odoo = Odoo::new(&setup).expect("starts");
    odoo.set_clock("2026-06-01 12:00:00").expect("a time");
    odoo
}

#[test]
fn a_key_ends_by_the_servers_clock() {
    let setup = Setup::new(Series::V19)
        .user("clerk", "secret", "clerk-key")
        .key_expires("clerk", "2026-06-01 12:30:00");
    let odoo = start(setup);
    assert_eq!(odoo.by_key("clerk-key"), Some(3));
    assert!(odoo.check(3, "clerk-key") && odoo.check(3, "secret"));
    odoo.advance_clock(std::time::Duration::from_secs(1801));
    assert_eq!((odoo.by_key("clerk-key"), odoo.check(3, "clerk-key")), (None, false));
    assert!(odoo.check(3, "secret"), "the password stays");
    odoo.add_key("clerk", "another", None).expect("added");
    assert!(odoo.add_key("clerk", "another", None).is_err(), "a key is one user's");
    assert_eq!(odoo.authenticate("clerk", "another"), Some(3));
    assert_eq!(odoo.revoke_keys("clerk"), 2);
    assert_eq!(odoo.by_key("another"), None);
}

#[test]
fn a_second_factor_closes_passwords_to_programs() {
    let odoo = start(Setup::new(Series::V19).user("safe", "secret", "key").second_factor("safe"));
    assert_eq!(odoo.authenticate("safe", "secret"), None);
    assert_eq!(odoo.authenticate("safe", "key"), Some(3));
    assert!(matches!(odoo.log_in("safe", "secret"), Ok(LogIn::SecondFactor)));
    assert!(odoo.log_in("safe", "key").is_err(), "a key is no password");
}

#[test]
fn the_wizard_asks_for_the_password_and_limits_the_expiry() {
    let odoo = start(Setup::new(Series::V19).user("clerk", "secret", "clerk-key"));
    let clerk = |model: &str, method: &str, ids: &[i64], context: Value, named: Value| {
        call_as(&odoo, 3, context, model, method, ids, named)
    };
    let wizard = "res.users.apikeys.description";
    let make = |values: Value| clerk(wizard, "create", &[], json!({}), json!({"vals_list": values}));
    let late =
        make(json!({"name": "n", "duration": "-1", "expiration_date": "2027-06-01 00:00:00"})).unwrap_err();
    assert_eq!((late.kind, late.message.as_str()), (ErrorKind::Validation, "You cannot exceed 90.0 days."));
    let ever = make(json!({"name": "n", "duration": "0"})).unwrap_err();
    assert_eq!(ever.message, "The API key must have an expiration date");
    let id = make(json!({"name": "mine", "duration": "30"})).expect("created").as_i64().expect("an id");
    let asked = clerk(wizard, "make_key", &[id], json!({}), json!({})).expect("a question");
    assert_eq!(asked["res_model"], "res.users.identitycheck");
    let check = asked["res_id"].as_i64().expect("an id");
    let answer = |password: &str| {
        clerk("res.users.identitycheck", "run_check", &[check], json!({"password": password}), json!({}))
    };
    assert_eq!(answer("wrong").unwrap_err().kind, ErrorKind::User);
    let ready = answer("secret").expect("the key");
    let key = ready["context"]["default_key"].as_str().expect("a key").to_owned();
    assert_eq!((key.len(), odoo.by_key(&key)), (40, Some(3)));
    let rows =
        clerk("res.users.apikeys", "search_read", &[], json!({}), json!({"domain": []})).expect("read");
    let mine = rows.as_array().expect("rows").last().expect("mine");
    assert_eq!((&mine["name"], &mine["expiration_date"]), (&json!("mine"), &json!("2026-07-01 00:00:00")));
    assert!(rows.as_array().expect("rows").iter().all(|row| row["user_id"][0] == 3), "nobody else's");
    let remove =
        clerk("res.users.apikeys", "remove", &[mine["id"].as_i64().expect("an id")], json!({}), json!({}));
    assert_eq!(remove.expect("a question")["res_model"], "res.users.identitycheck");
}

#[test]
fn keys_can_be_made_by_keys_only_where_the_setup_says_so() {
    let named = |key: &str| json!({"key": key, "scope": "rpc", "name": "n", "expiration_date": "2026-07-01"});
    let ask = |setup: Setup, key: &str| {
        let odoo = start(setup);
        let answer = call(&odoo, "res.users.apikeys", "generate", &[], named(key));
        (odoo, answer)
    };
    let new = || Setup::new(Series::V19);
    assert_eq!(ask(new(), "admin-key").1.unwrap_err().kind, ErrorKind::UnknownMethod);
    assert_eq!(ask(new().key_methods(false), "admin-key").1.unwrap_err().kind, ErrorKind::Access);
    assert_eq!(ask(new().key_methods(true), "nobody's").1.unwrap_err().kind, ErrorKind::AccessDenied);
    assert_eq!(
        ask(Setup::new(Series::V17).key_methods(true), "admin-key").1.unwrap_err().kind,
        ErrorKind::UnknownMethod
    );
    let (odoo, key) = ask(new().key_methods(true), "admin-key");
    let key = key.expect("a key").as_str().expect("text").to_owned();
    assert_eq!(odoo.by_key(&key), Some(2));
    call(&odoo, "res.users.apikeys", "revoke", &[], json!({"key": "admin-key"})).expect("revoked");
    assert_eq!((odoo.by_key("admin-key"), odoo.by_key(&key)), (None, Some(2)));
}

#[test]
fn a_session_ends_when_it_is_not_used() {
    let odoo = start(Setup::new(Series::V19));
    let Ok(LogIn::Session { uid: 2, cookie }) = odoo.log_in("admin", "admin") else { panic!("no session") };
    assert!(odoo.visitor("unknown").is_none() && odoo.visitor("").is_none());
    odoo.advance_clock(std::time::Duration::from_secs(6 * 86_400));
    assert!(odoo.visitor(&cookie).is_some(), "used within a week");
    odoo.rotate_sessions();
    let new = odoo.visitor(&cookie).and_then(|visitor| visitor.cookie).expect("a new cookie");
    assert!(
        odoo.visitor(&cookie).is_none() && odoo.visitor(&new).is_some_and(|visitor| visitor.cookie.is_none())
    );
    odoo.advance_clock(std::time::Duration::from_secs(8 * 86_400));
    assert!(odoo.visitor(&new).is_none());
}
