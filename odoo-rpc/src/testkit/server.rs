//! The server that a test starts.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::engine::Odoo;
use super::faults::Faults;
use super::http::Site;
use super::http::server::{Control, Shared, serve};
use super::setup::Setup;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The setup's data does not fit; the text names the model and the reason.
    #[error("the setup does not fit: {0}")]
    Setup(String),
    /// No port could be opened.
    #[error("no port could be opened on the loopback address")]
    Port(#[from] std::io::Error),
}

/// A running in-memory Odoo on a loopback port. It ends when it is dropped.
///
/// ```no_run
/// use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series, Setup};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let server = OdooServer::start(Setup::new(Series::V19)).await?;
/// // The first load is committed, and its answer is lost.
/// let rule = FaultRule::new(Fault::DropAfterCommit).method("load").first(1);
/// server.faults().set(FaultPlan::new().rule(rule));
/// // ... point a client at server.url(), then look what became of it:
/// assert_eq!(server.odoo().count("sale.order"), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct OdooServer {
    odoo: Odoo,
    faults: Faults,
    address: SocketAddr,
    control: mpsc::Sender<Control>,
    task: JoinHandle<()>,
}

impl OdooServer {
    /// Starts a server on the current tokio runtime, which must have its IO and time drivers on.
    ///
    /// # Errors
    /// Data in the setup that does not fit its model; no free port.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let odoo = Odoo::new(&setup).map_err(StartError::Setup)?;
        let faults = Faults::new();
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let site = Site { odoo: odoo.clone(), database: setup.database };
        let shared = Arc::new(Shared { site, faults: faults.clone() });
        let (control, orders) = mpsc::channel(1);
        let task = tokio::spawn(serve(listener, address, shared, orders));
        Ok(Self { odoo, faults, address, control, task })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its database.
    pub fn odoo(&self) -> &Odoo {
        &self.odoo
    }

    /// Its fault plan.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Odoo is away: the port is closed, open connections are cut. What was committed stays.
    pub async fn pause(&self) {
        let (done, wait) = oneshot::channel();
        if self.control.send(Control::Pause(done)).await.is_ok() {
            drop(wait.await);
        }
    }

    /// Odoo is back, on the same port, with the same data.
    ///
    /// # Errors
    /// Somebody else took the port meanwhile.
    pub async fn resume(&self) -> std::io::Result<()> {
        let (done, wait) = oneshot::channel();
        let gone = || std::io::Error::other("the server has ended");
        self.control.send(Control::Resume(done)).await.map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }

    /// Ends the server and returns when its port is closed.
    pub async fn stop(self) {
        let (done, wait) = oneshot::channel();
        if self.control.send(Control::Stop(done)).await.is_ok() {
            drop(wait.await);
        }
    }
}

impl Drop for OdooServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
