//! The sink: what is available of an item at a location, set if it still is what was read.

mod catalogue;
mod levels;
mod want;

use std::collections::BTreeMap;

use connector_core::context::Context;
use connector_core::contract::{Cleared, Outcome, Rejection};
use connector_core::retry::{Cause, Delivery, Failure};

use self::catalogue::{Found, InventoryItem};
use self::levels::{Level, Setting, UserError};
use self::want::want;
use crate::client::Client;
use crate::config::Config;

/// Levels that go into one read or one write.
const CHUNK: usize = 100;
/// Rounds of reading and writing: the last one sets each level by itself.
const ROUNDS: usize = 3;

/// A record on its way: known where it goes, not yet set.
struct Open<'a> {
    place: usize,
    record: &'a Cleared,
    item: InventoryItem,
    location: String,
    quantity: i64,
    /// How often it was found changed since it was read.
    stale: u32,
}

/// Sets the levels of a batch; one outcome for each record, in order.
///
/// # Cancellation
/// Dropped at any await, a write may or may not have landed; the next attempt reads first.
pub(crate) async fn apply(client: &Client, cx: &Context, config: &Config, batch: &[Cleared]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = batch.iter().map(|_| None).collect();
    let mut settle = |place: usize, outcome: Outcome| {
        if let Some(slot) = outcomes.get_mut(place) {
            *slot = Some(outcome);
        }
    };
    let mut wanted = Vec::new();
    for (place, record) in batch.iter().enumerate() {
        match want(config, record.object()) {
            Ok(want) => wanted.push((place, record, want)),
            Err(rejection) => settle(place, Outcome::Rejected(rejection)),
        }
    }
    let lookups = wanted.iter().map(|(_, _, want)| want.lookup.clone()).collect();
    let found = match catalogue::find(client, cx, lookups).await {
        Ok(found) => found,
        Err(failure) => {
            wanted.iter().for_each(|(place, ..)| settle(*place, Outcome::Retry(failure.clone())));
            return finish(outcomes);
        }
    };
    let mut groups: BTreeMap<String, Vec<Open<'_>>> = BTreeMap::new();
    for (place, record, want) in wanted {
        match found.get(&want.lookup) {
            Some(Found::One(item)) => groups.entry(want.location.clone()).or_default().push(Open {
                place,
                record,
                item: item.clone(),
                location: want.location,
                quantity: want.quantity,
                stale: 0,
            }),
            Some(Found::Several) => settle(
                place,
                rejected(
                    "sku_ambiguous",
                    "/item",
                    format!(
                        "several variants have {}; give the item a `shopify_gid`, or make the article number unique in Shopify",
                        want.lookup
                    ),
                ),
            ),
            None => settle(
                place,
                rejected(
                    "sku_unknown",
                    "/item",
                    format!(
                        "no variant has {}; create it in Shopify, or correct the article number",
                        want.lookup
                    ),
                ),
            ),
        }
    }
    for group in groups.into_values() {
        let mut group = apart(group, &mut settle).into_iter().peekable();
        while group.peek().is_some() {
            let chunk = group.by_ref().take(CHUNK).collect();
            set_chunk(client, cx, chunk, &mut settle).await;
        }
    }
    finish(outcomes)
}

/// Refuses records that are one item of Shopify's and several of the source's: each would overwrite the other's level.
fn apart<'a>(group: Vec<Open<'a>>, settle: &mut impl FnMut(usize, Outcome)) -> Vec<Open<'a>> {
    let mut by_item: BTreeMap<String, Vec<Open<'a>>> = BTreeMap::new();
    for open in group {
        by_item.entry(open.item.id.clone()).or_default().push(open);
    }
    let mut alone: Vec<Open<'a>> = Vec::new();
    for (item, mut same) in by_item {
        if same.len() == 1 {
            alone.append(&mut same);
        }
        for open in same {
            settle(open.place, shared(&item));
        }
    }
    alone.sort_by_key(|open| open.place);
    alone
}

fn shared(item: &str) -> Outcome {
    let detail = format!(
        "several items of the source are {item}, so their levels would overwrite each other; give each an article number of its own"
    );
    rejected("item_shared", "/item", detail)
}

fn finish(outcomes: Vec<Option<Outcome>>) -> Vec<Outcome> {
    let forgotten = || Outcome::Retry(contended("the record was not reached"));
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(forgotten)).collect()
}

/// Reads, compares, sets; again for what was found changed, and for the neighbours of what was refused.
async fn set_chunk(
    client: &Client,
    cx: &Context,
    mut open: Vec<Open<'_>>,
    settle: &mut impl FnMut(usize, Outcome),
) {
    for round in 0..ROUNDS {
        let levels = match levels::read(client, cx, &open).await {
            Ok(levels) => levels,
            Err(failure) => {
                open.iter().for_each(|open| settle(open.place, Outcome::Retry(failure.clone())));
                return;
            }
        };
        let mut settings = Vec::new();
        for entry in open.drain(..) {
            match compare(&entry, levels.get(&entry.item.id)) {
                Ok((change_from, level)) => settings.push((entry, Setting { change_from, level })),
                Err(outcome) => settle(entry.place, outcome),
            }
        }
        let together = if round + 1 == ROUNDS { 1 } else { CHUNK };
        let mut settings = settings.into_iter().peekable();
        while settings.peek().is_some() {
            let batch: Vec<(Open<'_>, Setting)> = settings.by_ref().take(together).collect();
            match levels::set(client, cx, round, &batch).await {
                Ok(errors) if errors.is_empty() => {
                    for (entry, setting) in batch {
                        settle(entry.place, Outcome::Applied { remote: Some(setting.level) });
                    }
                }
                Ok(errors) => open.extend(sort_out(batch, &errors, settle)),
                Err(failure) => {
                    batch.iter().for_each(|(entry, _)| settle(entry.place, Outcome::Retry(failure.clone())));
                    // What was not sent is not in doubt.
                    let unsent = Failure { delivery: Delivery::NotSent, ..failure };
                    let rest = settings.map(|(entry, _)| entry).chain(open);
                    rest.for_each(|entry| settle(entry.place, Outcome::Retry(unsent.clone())));
                    return;
                }
            }
        }
        if open.is_empty() {
            return;
        }
    }
    for entry in open {
        settle(entry.place, Outcome::Retry(contended("the level kept changing while it was set")));
    }
}

/// What the level has now decides whether there is anything to set.
fn compare(entry: &Open<'_>, level: Option<&Level>) -> Result<(i64, String), Outcome> {
    let Some(level) = level else {
        return Err(rejected("sku_unknown", "/item", format!("{} is no longer in the shop", entry.item.id)));
    };
    if entry.item.sku.is_some() && level.sku != entry.item.sku {
        // The article number went to another variant since we looked it up.
        return Err(Outcome::Retry(contended("the article number has moved to another variant")));
    }
    if !level.tracked {
        let detail = format!("Shopify does not track stock of {}; switch tracking on", entry.item.id);
        return Err(rejected("untracked", "/item", detail));
    }
    match &level.available {
        None => {
            let detail = format!("{} is not stocked at {}; activate it there", entry.item.id, entry.location);
            Err(rejected("not_stocked_at_location", "/location", detail))
        }
        Some((available, id)) if *available == entry.quantity => {
            Err(Outcome::Duplicate { remote: Some(id.clone()) })
        }
        Some((available, id)) => Ok((*available, id.clone())),
    }
}

/// Decides by Shopify's errors what becomes of each record of a write that was taken back as a whole; gives back those to be tried again.
fn sort_out<'a>(
    batch: Vec<(Open<'a>, Setting)>,
    errors: &[UserError],
    settle: &mut impl FnMut(usize, Outcome),
) -> Vec<Open<'a>> {
    let alone = batch.len() == 1;
    let mut again = Vec::new();
    for (index, (mut entry, _)) in batch.into_iter().enumerate() {
        let error = errors.iter().find(|error| match error.index() {
            Some(at) => at == index,
            // Of no record in particular: with one record it is that one's; with several, each is tried by itself in the end.
            None => alone || error.is_concurrent(),
        });
        match error {
            None => again.push(entry),
            Some(error) if error.is_concurrent() => {
                let failure = Failure::lost("concurrent", "the same write is under way already");
                settle(entry.place, Outcome::Retry(failure));
            }
            Some(error) if error.is_stale() => {
                entry.stale += 1;
                match entry.stale {
                    1 => again.push(entry),
                    _ => settle(entry.place, Outcome::Retry(contended("the level changed while it was set"))),
                }
            }
            Some(error) => settle(entry.place, Outcome::Rejected(error.rejection())),
        }
    }
    again
}

fn rejected(code: &str, path: &str, message: String) -> Outcome {
    Outcome::Rejected(Rejection { code: code.to_owned(), message, path: Some(path.to_owned()) })
}

fn contended(message: &str) -> Failure {
    Failure::new(Delivery::RolledBack, Cause::Transient, "stale", message)
}
