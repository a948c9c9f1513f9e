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
    pub(crate) key_expires: Option<String>,
    pub(crate) second_factor: bool,
    pub(crate) documentation: bool,
    pub(crate) companies: Vec<i64>,
}

impl User {
    fn new(login: &str, password: &str, key: &str) -> Self {
        Self {
            login: login.to_owned(),
            password: password.to_owned(),
            key: key.to_owned(),
            key_expires: None,
            second_factor: false,
            documentation: false,
            companies: Vec::new(),
        }
    }
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
    pub(crate) companies: Vec<String>,
    pub(crate) key_methods: Option<bool>,
}

impl Setup {
    /// A database `odoo` of the series with one user: login `admin`, password `admin`, API key `admin-key`.
    pub fn new(series: Series) -> Self {
        Self {
            series,
            database: "odoo".to_owned(),
            users: vec![User::new("admin", "admin", "admin-key")],
            seeds: Vec::new(),
            time_zone: None,
            companies: Vec::new(),
            key_methods: None,
        }
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
        let admin = User::new(login, password, key);
        match self.users.first_mut() {
            Some(first) => *first = admin,
            None => self.users.push(admin),
        }
        self
    }

    /// Adds a user with login, password and API key.
    #[must_use]
    pub fn user(mut self, login: &str, password: &str, key: &str) -> Self {
        self.users.push(User::new(login, password, key));
        self
    }

    /// The user with this login has a second factor: no web session without a browser, and no password over RPC.
    #[must_use]
    pub fn second_factor(self, login: &str) -> Self {
        self.change(login, |user| user.second_factor = true)
    }

    /// The key of the user with this login ends at `YYYY-MM-DD HH:MM:SS` by the server's clock.
    #[must_use]
    pub fn key_expires(self, login: &str, at: &str) -> Self {
        self.change(login, |user| user.key_expires = Some(at.to_owned()))
    }

    /// The user with this login may read the documentation of models (19); the administrator may anyway.
    #[must_use]
    pub fn documentation(self, login: &str) -> Self {
        self.change(login, |user| user.documentation = true)
    }

    /// Adds a company with a warehouse. The first added is company 2; company 1 is there anyway. The administrator works for all.
    #[must_use]
    pub fn company(mut self, name: &str) -> Self {
        self.companies.push(name.to_owned());
        self
    }

    /// The user with this login works for these companies, by id; the first is the one that new records get. Unset: company 1.
    #[must_use]
    pub fn works_for(self, login: &str, companies: &[i64]) -> Self {
        self.change(login, |user| user.companies = companies.to_vec())
    }

    /// Has the methods `generate` and `revoke` of API keys, which came after 19.0: allowed by the administrator or not.
    #[must_use]
    pub fn key_methods(mut self, allowed: bool) -> Self {
        self.key_methods = Some(allowed);
        self
    }

    fn change(mut self, login: &str, set: impl Fn(&mut User)) -> Self {
        self.users.iter_mut().filter(|user| user.login == login).for_each(set);
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
