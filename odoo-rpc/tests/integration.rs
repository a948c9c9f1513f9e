//! One suite against the in-memory Odoo and, where `ODOO_URL` names one, against a real server, over every protocol that it speaks.
//!
//! A real server needs `ODOO_URL`, `ODOO_DB`, `ODOO_LOGIN` and `ODOO_API_KEY`, and a user who may create and delete contacts. `ODOO_PASSWORD`
//! adds what only a web session can do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test may panic, says what it skips, and takes the server from its environment"
)]

mod suite;

use odoo_rpc::testkit::{OdooServer, Series, Setup};
use odoo_rpc::{Client, Config, Policy, ProtocolKind, Version};

async fn connect(mut config: Config, protocol: ProtocolKind) -> Client {
    config.protocol = Some(protocol);
    config.policy = Policy::self_hosted();
    Client::connect(config).await.unwrap()
}

fn protocols(version: &Version) -> Vec<ProtocolKind> {
    let json2 = (version.major >= 19).then_some(ProtocolKind::Json2);
    [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc].into_iter().chain(json2).collect()
}

#[tokio::test]
async fn the_in_memory_odoo() {
    for series in [Series::V17, Series::V19] {
        let server = OdooServer::start(Setup::new(series)).await.unwrap();
        let config = Config::new(server.url(), "odoo", "admin", "admin-key");
        let version = Client::connect(config.clone()).await.unwrap().version().unwrap().clone();
        for protocol in protocols(&version) {
            let client = connect(config.clone(), protocol).await;
            suite::run(&client, &format!("suite-{}", protocol.as_str())).await;
            suite::attachments(&client).await;
            suite::session(&client, "admin").await;
        }
    }
}

#[tokio::test]
async fn a_real_odoo() {
    let var = |name: &str| std::env::var(name).ok();
    let (Some(url), Some(db), Some(login), Some(key)) =
        (var("ODOO_URL"), var("ODOO_DB"), var("ODOO_LOGIN"), var("ODOO_API_KEY"))
    else {
        eprintln!("skipped: ODOO_URL, ODOO_DB, ODOO_LOGIN and ODOO_API_KEY name no server");
        return;
    };
    let config = Config::new(url, db, login, key);
    let version = Client::connect(config.clone()).await.unwrap().version().unwrap().clone();
    for protocol in protocols(&version) {
        let client = connect(config.clone(), protocol).await;
        suite::run(&client, &format!("suite-{}", protocol.as_str())).await;
        suite::attachments(&client).await;
        eprintln!("passed: Odoo {version} over {}", protocol.as_str());
    }
    match var("ODOO_PASSWORD") {
        Some(password) => suite::session(&connect(config, ProtocolKind::JsonRpc).await, &password).await,
        None => eprintln!("skipped: web session, since ODOO_PASSWORD is not set"),
    }
}
