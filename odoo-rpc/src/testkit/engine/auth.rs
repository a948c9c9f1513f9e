//! Who may come in: passwords, API keys and web sessions. All three are rows, so that a call that fails leaves none behind.
//!
//! What may not be read is kept under names that no field has: `_password` and `_factor` of a user, `_key` of an API key.

use std::time::Duration;

use serde_json::{Value, json};

use super::clock;
use super::context::Context;
use super::db::Row;
use super::env::Env;
use super::error::{ErrorKind, OdooError, Result};
use super::logic::keys;
use super::{ADMIN, Inner, Odoo};

/// Rows of sessions; no model, so no caller reads them.
pub(crate) const SESSIONS: &str = "http.session";

/// How long an unused session lasts: seven days.
const SESSION_LASTS: Duration = Duration::from_secs(7 * 86_400);

/// A login that was understood.
pub(crate) enum LogIn {
    /// The session's id, which is the cookie.
    Session { uid: i64, cookie: String },
    /// The password is right, and a second factor is asked for.
    SecondFactor,
}

/// A session that is known.
pub(crate) struct Visitor {
    /// Its row.
    pub(crate) session: i64,
    pub(crate) uid: i64,
    /// The new id of a session that is being replaced.
    pub(crate) cookie: Option<String>,
}

impl Odoo {
    /// The user behind a login and a password or key.
    pub(crate) fn authenticate(&self, login: &str, secret: &str) -> Option<i64> {
        self.with_env(|env| by_login(env, login).filter(|uid| knows(env, *uid, secret)))
    }

    /// Whether the secret is this user's.
    pub(crate) fn check(&self, uid: i64, secret: &str) -> bool {
        self.with_env(|env| knows(env, uid, secret))
    }

    /// The user behind an API key.
    pub(crate) fn by_key(&self, key: &str) -> Option<i64> {
        self.with_env(|env| keys::owner(env, key))
    }

    /// Whether the user may read the documentation of models.
    pub(crate) fn may_read_documentation(&self, uid: i64) -> bool {
        self.with_env(|env| hidden(env, "res.users", uid, "_documentation") == json!(true))
    }

    /// A session for a login and a password; a key is no password here.
    pub(crate) fn log_in(&self, login: &str, password: &str) -> Result<LogIn> {
        self.change(|env| {
            let uid = by_login(env, login).filter(|uid| has_password(env, *uid, password));
            let uid = uid.ok_or_else(|| OdooError::new(ErrorKind::AccessDenied, "Access Denied"))?;
            if hidden(env, "res.users", uid, "_factor") == json!(true) {
                return Ok(LogIn::SecondFactor);
            }
            let cookie = new_cookie(env);
            let used = json!(env.now);
            let row = [("uid", json!(uid)), ("cookie", json!(cookie)), ("used", used)];
            let id = env.db.next_id(SESSIONS);
            env.db.put(
                SESSIONS,
                id,
                row.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            )?;
            Ok(LogIn::Session { uid, cookie })
        })
    }

    /// The session behind a cookie, if it has not ended.
    pub(crate) fn visitor(&self, cookie: &str) -> Option<Visitor> {
        let visit = |env: &mut Env<'_>| -> Result<Option<Visitor>> {
            let Some(session) = session_of(env, cookie) else { return Ok(None) };
            let Some(mut row) = env.db.row(SESSIONS, session).cloned() else { return Ok(None) };
            let until = clock::plus(row_text(&row, "used"), SESSION_LASTS).unwrap_or_default();
            let Some(uid) = row.get("uid").and_then(Value::as_i64).filter(|_| until >= env.now) else {
                env.db.remove(SESSIONS, session);
                return Ok(None);
            };
            let replaced = row.remove("rotate").is_some();
            let cookie = replaced.then(|| new_cookie(env));
            if let Some(cookie) = &cookie {
                row.insert("cookie".to_owned(), json!(cookie));
            }
            row.insert("used".to_owned(), json!(env.now));
            env.db.put(SESSIONS, session, row)?;
            Ok(Some(Visitor { session, uid, cookie }))
        };
        self.change(visit).unwrap_or_default()
    }

    /// Ends the session behind a cookie.
    pub(crate) fn log_out(&self, cookie: &str) {
        let end = |env: &mut Env<'_>| {
            if let Some(session) = session_of(env, cookie) {
                env.db.remove(SESSIONS, session);
            }
            Ok(())
        };
        drop(self.change(end));
    }

    /// Ends every web session, as a restart with an empty session store does.
    pub fn end_sessions(&self) {
        self.each_session(|env, id, _| {
            env.db.remove(SESSIONS, id);
            Ok(())
        });
    }

    /// Makes every session's next answer carry a new id. The old one ends with that answer; the real server keeps it for two minutes more.
    pub fn rotate_sessions(&self) {
        self.each_session(|env, id, mut row| {
            row.insert("rotate".to_owned(), json!(true));
            env.db.put(SESSIONS, id, row)
        });
    }

    /// Gives a user one more API key. `expires` is `YYYY-MM-DD HH:MM:SS` by the server's clock.
    ///
    /// # Errors
    /// No such user, or text that is no time.
    pub fn add_key(&self, login: &str, key: &str, expires: Option<&str>) -> Result<i64> {
        if let Some(text) = expires.filter(|text| clock::parse_datetime(text).is_none()) {
            return Err(OdooError::value(format!("{text} is not YYYY-MM-DD HH:MM:SS")));
        }
        self.change(|env| {
            let uid = by_login(env, login);
            let uid = uid.ok_or_else(|| OdooError::value(format!("there is no user {login}")))?;
            let expires = expires.map_or(Value::Bool(false), |text| json!(text));
            keys::add(env, uid, key, "a key", Value::Bool(false), expires)
        })
    }

    /// Takes all API keys of a user away, and says how many there were.
    pub fn revoke_keys(&self, login: &str) -> usize {
        let revoke = |env: &mut Env<'_>| Ok(by_login(env, login).map_or(0, |uid| keys::revoke_all(env, uid)));
        self.change(revoke).unwrap_or_default()
    }

    /// As `revoke_keys`, by id.
    pub(crate) fn revoke_keys_of(&self, uid: i64) {
        drop(self.change(|env| Ok(keys::revoke_all(env, uid))));
    }

    fn each_session(&self, work: impl Fn(&mut Env<'_>, i64, Row) -> Result<()>) {
        let all = |env: &mut Env<'_>| {
            env.db.ids(SESSIONS).into_iter().try_for_each(|id| {
                let row = env.db.row(SESSIONS, id).cloned().unwrap_or_default();
                work(env, id, row)
            })
        };
        drop(self.change(all));
    }
}

/// Keeps what opens a user of the setup.
pub(super) fn keep_credentials(env: &mut Env<'_>, uid: i64, user: &crate::testkit::User) -> Result<()> {
    env.set("res.users", uid, "_password", json!(user.password))?;
    env.set("res.users", uid, "_factor", json!(user.second_factor))?;
    env.set("res.users", uid, "_documentation", json!(user.documentation || uid == ADMIN))?;
    if user.key.is_empty() {
        return Ok(());
    }
    let expires = user.key_expires.as_ref().map_or(Value::Bool(false), |text| json!(text));
    keys::add(env, uid, &user.key, "setup", Value::Bool(false), expires).map(|_| ())
}

/// A value that is no field.
pub(super) fn hidden(env: &Env<'_>, model: &str, id: i64, name: &str) -> Value {
    env.db.row(model, id).and_then(|row| row.get(name)).cloned().unwrap_or(Value::Bool(false))
}

/// Whether this is the user's password.
pub(super) fn has_password(env: &Env<'_>, uid: i64, password: &str) -> bool {
    !password.is_empty() && hidden(env, "res.users", uid, "_password").as_str() == Some(password)
}

fn by_login(env: &Env<'_>, login: &str) -> Option<i64> {
    env.db.unique("res.users", 0, &[login])
}

/// A password or a key. Who has a second factor needs a key for anything but a browser.
fn knows(env: &Env<'_>, uid: i64, secret: &str) -> bool {
    let factor = hidden(env, "res.users", uid, "_factor") == json!(true);
    (!factor && has_password(env, uid, secret)) || keys::owner(env, secret) == Some(uid)
}

fn session_of(env: &Env<'_>, cookie: &str) -> Option<i64> {
    let known = |id: &i64| {
        env.db.row(SESSIONS, *id).is_some_and(|row| !cookie.is_empty() && row_text(row, "cookie") == cookie)
    };
    env.db.ids(SESSIONS).into_iter().find(known)
}

fn row_text<'r>(row: &'r Row, name: &str) -> &'r str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// As long as the real one, and told apart by its number.
fn new_cookie(env: &mut Env<'_>) -> String {
    let number = env.db.next_number(SESSIONS);
    let digest = keys::digest(&format!("session {number}"));
    format!("{digest}{digest}").chars().take(84).collect()
}

impl Odoo {
    /// Runs work as the administrator with all rights, and keeps what it changed unless it failed.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
        let mut guard = self.lock();
        let Inner { db, clock, last, .. } = &mut *guard;
        let mut env = Env::new(db, self.series, ADMIN, Context::default(), clock);
        env.sudo = true;
        let result = work(&mut env);
        match &result {
            Ok(_) => {
                let changes = db.commit();
                // A session that was used is nothing that a replica could lack.
                if changes.iter().any(|change| change.model != SESSIONS) {
                    *last = changes;
                }
            }
            Err(_) => db.rollback(0),
        }
        result
    }

    /// Looks as the administrator with all rights.
    pub(super) fn with_env<T>(&self, work: impl FnOnce(&mut Env<'_>) -> T) -> T {
        let mut guard = self.lock();
        let Inner { db, clock, .. } = &mut *guard;
        let mut env = Env::new(db, self.series, ADMIN, Context::default(), clock);
        env.sudo = true;
        work(&mut env)
    }
}
