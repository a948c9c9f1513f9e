//! One region as a process: what a team deploys. `region-node FOLDER` reads `FOLDER/region.json`, keeps its store in the folder, takes secrets
//! from `NA_*` variables (`NA_ODOO_KEY`, `NA_SHOPIFY_WEBHOOK`, `NA_SHOPIFY_ACCESS_TOKEN`), listens on the address given as the second argument
//! (`127.0.0.1:8787` unless given), and ends on SIGTERM or Ctrl-C once what is under way is finished.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connector_core::context::{EnvSecrets, SystemClock};
use connector_examples::{Failure, Region, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: region-node FOLDER [ADDRESS]")?);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8787".into());
    let region: Region = serde_json::from_slice(&std::fs::read(folder.join("region.json"))?)?;
    let runtime = region.open(&folder, Arc::new(EnvSecrets { prefix: "NA".into() }))?;
    let listener = TcpListener::bind(&address).await?;
    let running = runtime.start();
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = serve(runtime, listener) => ended?,
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    running.drain(&SystemClock, Duration::from_secs(30)).await;
    Ok(())
}
