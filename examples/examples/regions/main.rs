//! The main job: North America from end to end. See `--help`, and the README for what it shows.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "it shows a person what it does; indexing is into JSON only"
)]

mod checks;
mod files;
mod options;
mod progress;
mod report;
mod traffic;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use connector_core::Runtime;
use connector_core::context::{Clock, SystemClock};
use connector_core::store::{ExceptionFilter, State, Store, verify_audit};
use connector_examples::{Failure, ORDERS, STOCK, serve};
use tokio::net::TcpListener;

use crate::options::Options;
use crate::progress::Progress;
use crate::report::{FlowReport, broken};
use crate::traffic::{Traffic, pause};
use crate::world::{SHOP, World};

/// Odoo is away for so long.
const AWAY: Duration = Duration::from_secs(2);
/// Without any progress for so long, the run has failed.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("regions: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<bool, Failure> {
    let world = World::start(&options).await?;
    let traffic = Traffic::plan(options.orders, options.seed, world.tax_ppm);
    let files = match &options.input {
        Some(folder) => files::read(folder, &world.region.shopify)?,
        None => files::Fed::default(),
    };
    let temporary;
    let folder = match &options.store {
        Some(folder) => folder.clone(),
        None => {
            temporary = tempfile::Builder::new().prefix("regions-").tempdir()?;
            temporary.path().to_owned()
        }
    };
    let runtime = world.region.open(&folder, world.secrets.clone())?;
    let store = runtime.store().clone();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let door = format!("http://{}", listener.local_addr()?);
    let mut progress =
        Progress::new((traffic.orders.len() + traffic.invalid.len() + files.changes.len()) as u64);
    progress.say(&format!(
        "Odoo {} at {}, shop at {}, webhooks to {door}, store in {}",
        world.client.version().map(ToString::to_string).unwrap_or_default(),
        world.region.odoo.url,
        world.shop.base_url(),
        folder.display()
    ));
    progress.say(&format!(
        "{} orders ({} only to be polled), {} of them invalid in four ways, {} webhooks, {} orders from files",
        traffic.orders.len() + traffic.invalid.len(),
        traffic.only_polled,
        traffic.invalid.len(),
        traffic.deliveries(),
        files.changes.len()
    ));
    for (file, why) in &files.refused {
        progress.say(&format!("{file}: not an order file: {why}"));
    }
    world.make_trouble(options.seed);
    let server = tokio::spawn(serve(runtime.clone(), listener));
    let running = runtime.start();
    runtime.accept(ORDERS, files.changes.clone()).await?;

    let sending = traffic.send(&world.shop, &door);
    let watching = watch(&world, &traffic, &runtime, &files, &mut progress);
    let (sent, watched) = tokio::join!(sending, watching);
    sent?;
    watched?;
    progress.say(&format!("{} answers of Odoo were lost or spoilt on purpose", world.trouble_made()));
    let mut checks = checks::run(&world, &traffic, &store, files.changes.len()).await?;
    if !files.changes.is_empty() {
        let (lines, holds) = files::outcomes(&files, &store).await?;
        lines.iter().for_each(|line| progress.say(line));
        let detail = format!("{} orders", lines.len());
        checks.push(checks::Check {
            name: "each order from a file is an order or an exception",
            holds,
            detail,
        });
    }
    let mut flows = Vec::new();
    for flow in [ORDERS, STOCK] {
        let guarantees: Vec<_> = runtime.guarantees().into_iter().filter(|(name, ..)| name == flow).collect();
        let guarantee = guarantees.last().map(|(.., guarantee)| format!("{guarantee:?}")).unwrap_or_default();
        flows.push(FlowReport { flow: flow.into(), guarantee, tally: store.tally(flow).await? });
    }
    checks.push(second_run(&world, &traffic, &runtime, &door, &files, &mut progress).await?);
    progress.end();

    let audit = verify_audit(&*store).await;
    let rows = audit.as_ref().map_or(0, |verified| verified.rows);
    let detail = audit.map_or_else(|broken| broken.to_string(), |verified| format!("{} rows", verified.rows));
    checks.push(checks::Check { name: "the audit chain verifies", holds: rows > 0, detail });
    running.drain(&SystemClock, Duration::from_secs(30)).await;
    server.abort();
    Ok(report::print(&flows, rows, &checks))
}

/// Follows the run until every order has ended and the stock has gone back; takes Odoo away on the way.
async fn watch(
    world: &World,
    traffic: &Traffic,
    runtime: &Runtime,
    files: &files::Fed,
    progress: &mut Progress,
) -> Result<(), Failure> {
    let store = runtime.store();
    let expected = (traffic.orders.len() + traffic.invalid.len() + files.changes.len()) as u64;
    let mut away = world.memory.is_some() && expected > 8;
    let (mut last, mut since) = (String::new(), SystemClock.now());
    let mut told = 0;
    loop {
        pause(LOOK_EVERY).await;
        let tally = store.tally(ORDERS).await?;
        let settled = ended(traffic, store, files).await?;
        let exceptions = tally.in_state(State::Exception);
        progress.at(settled, &format!("{} retried, {exceptions} exceptions", tally.retried));
        // What nobody expected is said at once, though not all of it.
        if exceptions > 0 && told < 5 {
            let filter = ExceptionFilter { flow: Some(ORDERS.into()), ..Default::default() };
            let all = store.exceptions(filter).await?;
            let unexpected = all.iter().filter(|e| !traffic.invalid.keys().any(|id| e.key == id.to_string()));
            for exception in unexpected.skip(told).take(5 - told) {
                told += 1;
                let draft = &exception.draft;
                progress.say(&format!(
                    "exception: order {}: {}: {}",
                    exception.key,
                    broken(draft),
                    draft.detail
                ));
            }
        }
        if away
            && settled > expected / 4
            && let Some(memory) = &world.memory
        {
            away = false;
            progress.say(&format!("Odoo goes away for {AWAY:?}"));
            memory.pause().await;
            pause(AWAY).await;
            memory.resume().await?;
            progress.say("Odoo is back");
        }
        let open = store.open_messages(ORDERS).await? + store.open_messages(STOCK).await?;
        let differ = world.stock_differences().await?;
        if settled >= expected && open == 0 && differ.is_empty() {
            return Ok(());
        }
        let now = format!("{tally:?} {settled} {open} {}", world.shop.writes().len());
        if now != last {
            (last, since) = (now, SystemClock.now());
        }
        if SystemClock.now() - since > PATIENCE.as_micros() as i64 {
            let stock = differ.join("; ");
            let why = format!(
                "no progress for {PATIENCE:?}: {settled} of {expected} orders ended, {open} messages open, stock: {stock}"
            );
            return Err(why.into());
        }
    }
}

/// Orders that are in Odoo as far as the store knows, or exceptions.
async fn ended(traffic: &Traffic, store: &Arc<dyn Store>, files: &files::Fed) -> Result<u64, Failure> {
    use connector_core::canonical::ObjectKind;
    use connector_core::contract::EffectKey;
    let key = |key: String| EffectKey {
        target: "odoo-na".into(),
        source: SHOP.into(),
        object: ObjectKind::SalesOrder,
        key,
    };
    let of_shop = traffic.orders.iter().map(|order| order.id.to_string());
    let of_files = files.changes.iter().map(|change| change.key.clone());
    let effects = store.effects(of_shop.chain(of_files).map(key).collect()).await?;
    let applied = effects.into_iter().flatten().count() as u64;
    Ok(applied + store.tally(ORDERS).await?.in_state(State::Exception))
}

/// Everything is sent once more; nothing in Odoo or in the shop may change.
async fn second_run(
    world: &World,
    traffic: &Traffic,
    runtime: &Runtime,
    door: &str,
    files: &files::Fed,
    progress: &mut Progress,
) -> Result<checks::Check, Failure> {
    progress.say("the same once more");
    let before = (world.fingerprint(traffic).await?, world.shop.writes().len());
    traffic.send(&world.shop, door).await?;
    runtime.accept(ORDERS, files.changes.clone()).await?;
    for flow in [ORDERS, STOCK] {
        runtime.settled(flow).await?;
    }
    let after = (world.fingerprint(traffic).await?, world.shop.writes().len());
    let detail = format!("{} orders, {} levels set in the shop", after.0.orders, after.1);
    Ok(checks::Check { name: "a second run changes nothing", holds: before == after, detail })
}
