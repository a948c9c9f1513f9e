//! What a server starts with.

use serde_json::Value;

/// The Odoo series that a server plays; it decides names, wordings, defaults and which protocols there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// 17.0: XML-RPC and JSON-RPC.
    V17,
    /// 19.0: JSON-2 too.
    V19,
}

impl Series {
    /// The number before the dot.
    pub fn major(self) -> i64 {
        match self {
            Self::V17 => 17,
            Self::V19 => 19,
        }
    }

    /// `17.0` or `19.0`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V17 => "17.0",
            Self::V19 => "19.0",
        }
    }
}

/// One login with what opens it.
#[derive(Clone)]
pub struct User {
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) key: String,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("login", &self.login).finish_non_exhaustive()
    }
}

/// A record that is there from the start.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) model: String,
    pub(crate) id: Option<i64>,
    pub(crate) external_id: Option<String>,
    pub(crate) values: Value,
}

/// How to start a server. The first user is the administrator, user 2.
///
/// ```
/// use odoo_rpc::testkit::{Series, Setup};
/// use serde_json::json;
///
/// let setup = Setup::new(Series::V19)
///     .user("clerk", "secret", "a-key")
///     .record("res.partner", json!({"name": "Acme", "is_company": true}))
///     .named("shop.mug", "product.product", json!({"name": "Mug", "default_code": "MUG", "is_storable": true}));
/// ```
#[derive(Debug, Clone)]
pub struct Setup {
    pub(crate) series: Series,
    pub(crate) database: String,
    pub(crate) users: Vec<User>,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) time_zone: Option<String>,
}

impl Setup {
    /// A database `odoo` of the series with one user: login `admin`, password `admin`, API key `admin-key`.
    pub fn new(series: Series) -> Self {
        let admin = User { login: "admin".into(), password: "admin".into(), key: "admin-key".into() };
        Self { series, database: "odoo".to_owned(), users: vec![admin], seeds: Vec::new(), time_zone: None }
    }

    /// Names the database.
    #[must_use]
    pub fn database(mut self, name: &str) -> Self {
        name.clone_into(&mut self.database);
        self
    }

    /// Sets the administrator's login, password and API key.
    #[must_use]
    pub fn admin(mut self, login: &str, password: &str, key: &str) -> Self {
        let admin = User { login: login.to_owned(), password: password.to_owned(), key: key.to_owned() };
        match self.users.first_mut() {
            Some(first) => *first = admin,
            None => self.users.push(admin),
        }
        self
    }

    /// Adds a user with login, password and API key.
    #[must_use]
    pub fn user(mut self, login: &str, password: &str, key: &str) -> Self {
        self.users.push(User { login: login.to_owned(), password: password.to_owned(), key: key.to_owned() });
        self
    }

    /// Sets the administrator's time zone, in which `load` reads times; unset is UTC.
    #[must_use]
    pub fn time_zone(mut self, zone: &str) -> Self {
        self.time_zone = Some(zone.to_owned());
        self
    }

    /// Adds a record.
    #[must_use]
    pub fn record(mut self, model: &str, values: Value) -> Self {
        self.seeds.push(Seed { model: model.to_owned(), id: None, external_id: None, values });
        self
    }

    /// Adds a record with a given id, which must be free.
    #[must_use]
    pub fn record_with_id(mut self, model: &str, id: i64, values: Value) -> Self {
        self.seeds.push(Seed { model: model.to_owned(), id: Some(id), external_id: None, values });
        self
    }

    /// Adds a record with an external id `module.name`.
    #[must_use]
    pub fn named(mut self, external_id: &str, model: &str, values: Value) -> Self {
        let external_id = Some(external_id.to_owned());
        self.seeds.push(Seed { model: model.to_owned(), id: None, external_id, values });
        self
    }
}
