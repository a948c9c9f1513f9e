//! The front ends: each opens a request into a call and closes its result into a reply. Pure functions on values.

pub(crate) mod body;
pub(crate) mod doc;
pub(crate) mod json2;
pub(crate) mod jsonrpc;
pub(crate) mod legacy;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod web;
pub(crate) mod xmlrpc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::testkit::Series;
use crate::testkit::engine::{Call, Odoo, OdooError, version_info};

/// A request with its whole body.
pub(crate) struct Request {
    pub(crate) method: http::Method,
    pub(crate) path: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// How the result of a call is closed.
#[derive(Debug, Clone)]
pub(crate) enum Style {
    Json2 {
        always_list: bool,
    },
    JsonRpc {
        id: Value,
    },
    XmlRpc,
    /// JSON-RPC of a web session, whose id is replaced where there is a new one.
    Web {
        id: Value,
        cookie: Option<String>,
    },
}

/// A request that was understood.
pub(crate) enum Opened {
    /// A call of a model's method, to be run by the engine.
    Call { call: Box<Call>, style: Style },
    /// Anything else, answered already; the name says what was asked.
    Answer { asked: &'static str, reply: Reply },
}

impl Opened {
    /// The user of a call.
    pub(crate) fn uid(&self) -> Option<i64> {
        match self {
            Self::Call { call, .. } => Some(call.uid),
            Self::Answer { .. } => None,
        }
    }

    /// The model and method, as the fault plan filters them.
    pub(crate) fn target(&self) -> (&str, &str) {
        match self {
            Self::Call { call, .. } => (&call.model, &call.method),
            Self::Answer { asked, .. } => ("", asked),
        }
    }
}

/// What the server plays: the database and its name.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) odoo: Odoo,
    pub(crate) database: String,
}

/// Understands a request by its path.
pub(crate) fn open(site: &Site, request: &Request) -> Opened {
    let new = site.odoo.series() == Series::V19;
    let path = request.path.as_str();
    match path {
        "/web/version" | "/json/version" if new => {
            let version = json!({"version_info": version_info(site.odoo.series()), "version": site.odoo.series().name()});
            Opened::Answer { asked: "version", reply: Reply::json(200, &version) }
        }
        "/jsonrpc" => jsonrpc::open(site, request),
        "/web/webclient/version_info" => jsonrpc::open_version(site, request),
        "/xmlrpc/2/common" | "/xmlrpc/2/object" | "/xmlrpc/2/db" => xmlrpc::open(site, request),
        _ if new && path.starts_with("/json/2") => json2::open(site, request),
        _ if new && path.starts_with("/doc-bearer/") => doc::open(site, request),
        "/web/session/authenticate" => web::authenticate(site, request),
        "/web/session/destroy" => web::destroy(site, request),
        _ if path.starts_with("/web/dataset/call_kw") => web::open(site, request),
        _ if path.starts_with("/report/") => report::open(site, request),
        _ => Opened::Answer { asked: "page", reply: Reply::not_found() },
    }
}

/// Puts a call's result into its protocol's answer.
pub(crate) fn close(series: Series, style: &Style, result: Result<Value, OdooError>) -> Reply {
    match style {
        Style::Json2 { always_list } => json2::close(result, *always_list),
        Style::JsonRpc { id } => jsonrpc::close(series, id, result),
        Style::XmlRpc => xmlrpc::close(result),
        Style::Web { id, cookie } => web::close(series, id, cookie.as_deref(), result),
    }
}

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self {
            status,
            content_type: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: value.to_string().into_bytes(),
        }
    }

    pub(crate) fn html(status: u16, page: &str) -> Self {
        Self {
            status,
            content_type: "text/html; charset=utf-8",
            headers: Vec::new(),
            body: page.as_bytes().to_vec(),
        }
    }

    /// The page of a path that is none, or of a database that is none.
    pub(crate) fn not_found() -> Self {
        Self::html(
            404,
            "<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the requested URL was not found in the server-wide controllers.</p>\n",
        )
    }

    /// What a proxy answers for a server that did not.
    pub(crate) fn bad_gateway() -> Self {
        Self::html(
            502,
            "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n",
        )
    }
}
