//! The race of `benches/decode.rs`, with peers that this project would not take into its tree.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`

// The shared modules name the crate that they are part of elsewhere.
extern crate self as connector_benches;

#[path = "../../benches/contenders/mod.rs"]
mod contenders;
#[path = "../../src/partners.rs"]
pub mod partners;
#[path = "../../src/rounds.rs"]
pub mod rounds;

use contenders::plain::{Plain, Untagged, Visited, assert_same};
use odoo_rpc::transport::HttpResponse;
use rounds::Contender;

const ROWS: u64 = 20_000;

fn main() {
    let response = HttpResponse { status: 200, headers: vec![], body: partners::json_body(ROWS).into() };
    let partners: Vec<partners::Partner> = serde_json::from_slice(&response.body).unwrap();
    let body: &[u8] = &response.body;
    let sonic = move || sonic_rs::from_slice::<Vec<Plain<Visited>>>(body).unwrap();
    assert_same(&partners, &sonic());
    let mut json = contenders::json::contenders(&response);
    json.push(Contender::new("limit: sonic-rs, hand-written visitors", sonic));
    report("JSON", body.len(), &json, 31);

    let xml = partners::xml_body(ROWS);
    let untagged = || serde_xmlrpc::response_from_str::<Vec<Plain<Untagged>>>(&xml).unwrap();
    let visited = || serde_xmlrpc::response_from_str::<Vec<Plain<Visited>>>(&xml).unwrap();
    // Not held to be the same: it leaves `&amp;` in a text as it stands.
    assert_eq!((untagged().len(), visited().len()), (partners.len(), partners.len()));
    let mut contenders = contenders::xml::contenders(&xml);
    contenders.push(Contender::new("serde_xmlrpc, untagged enum", untagged).at_least(1.3));
    contenders.push(Contender::new("serde_xmlrpc, hand-written visitors", visited));
    report("XML", xml.len(), &contenders, 11);
}

fn report(what: &str, bytes: usize, contenders: &[Contender<'_>], rounds: usize) {
    let times = rounds::race(contenders, rounds::rounds(rounds));
    println!("{ROWS} partners of 13 fields, {:.1} MB of {what}, one thread", bytes as f64 / 1e6);
    println!("{}", rounds::table(contenders, &times, ROWS as usize, bytes));
}
