//! What was created or written since a moment: polling by `write_date` without losing a record.
//!
//! Odoo stamps `write_date` with the start of a transaction and keeps microseconds that it does not tell; transactions commit in any order. So a
//! moment is read again for a while after it has passed (the overlap), whole seconds are the unit, and what was seen already is left out.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Records;
use crate::answer::unexpected;
use crate::call::Call;
use crate::client::SearchOptions;
use crate::domain::Domain;
use crate::error::Error;
use crate::field::{format_datetime, parse_datetime};
use crate::model::{Digested, Model};

/// How far a reader has come. Keep it after each page is safe; it is small: a moment, and what was seen in the overlap before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The latest second that was seen and was not ahead of the server's clock, since 1970.
    at: i64,
    /// Records seen in the overlap, with the second of their `write_date`.
    seen: BTreeMap<i64, i64>,
    /// Records whose second a transaction may still write to that has not ended: the second, and a digest of what was read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unsettled: BTreeMap<i64, (i64, u64)>,
}

impl Cursor {
    /// Before everything.
    #[must_use]
    pub fn start() -> Self {
        Self::default()
    }

    /// From a moment on.
    #[must_use]
    pub fn since(moment: Timestamp) -> Self {
        Self { at: moment.as_second(), ..Self::default() }
    }

    /// The latest moment that was seen.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        Timestamp::from_second(self.at).unwrap_or_default()
    }
}

/// The records that were created or written since a cursor.
///
/// A record comes again each time that it was written; of several writes within one second, or between two polls, only the latest state comes.
/// Deleted records leave no trace in Odoo and don't come; records that were archived do, and so do those that were changed by an update of a
/// module. What is written behind the ORM's back (SQL without `write_date`) does not.
///
/// The time that counts is that of the server's database. While its clock stands still, or after it was set back by more than the overlap, a second
/// write to a record looks like the one that was seen. Two transactions that begin in one second and write the same record are told apart by the
/// record itself, which is why each is read once more when the overlap has passed.
#[must_use]
pub struct Changes<M> {
    records: Records<M>,
    cursor: Cursor,
    overlap: i64,
    page: u64,
    /// `None` between two rounds.
    place: Option<Place>,
}

/// Where in a round a reader is.
#[derive(Clone, Copy)]
struct Place {
    /// Everything before this second was read.
    second: i64,
    /// Within the second, which is read by id: the last id.
    within: Option<i64>,
    /// Whether this round has waited for the current second to end.
    waited: bool,
}

/// How long a second of the server lasts at most after it was seen.
const A_SECOND: Duration = Duration::from_secs(1);

const TWO_HOURS: i64 = 7_200;

impl<M: Model> Records<M> {
    /// Reads what was created or written since `cursor`, archived records included.
    pub fn changes(self, cursor: Cursor) -> Changes<M> {
        Changes { records: self.with_archived(), cursor, overlap: 180, page: 500, place: None }
    }
}

/// `id` and `write_date` of a record.
#[derive(Deserialize)]
struct Stamp {
    id: i64,
    write_date: String,
}

impl<M: Model> Changes<M> {
    /// How long after a moment transactions that began before it may still commit. Default: 180 seconds, since Odoo ends a request after 120. Jobs
    /// of the server itself may take longer.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = i64::try_from(overlap.as_secs()).unwrap_or(i64::MAX / 4);
        self
    }

    /// How many records a page has at most. Default: 500.
    pub fn page(mut self, records: u64) -> Self {
        self.page = records.max(2);
        self
    }

    /// How far this reader has come. It covers what was returned so far.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The next changes, in the order in which they were written as far as whole seconds go. Empty: none for now; the next call looks again.
    ///
    /// Where records were written in the current second, it waits for that second to end, so that their last state of it is what comes.
    ///
    /// # Cancellation
    /// Nothing is lost: what was not returned comes with the next call.
    pub async fn next(&mut self) -> Result<Vec<M>, Error> {
        let mut at = match self.place.take() {
            Some(place) => place,
            None => {
                self.hold_back();
                let late = self.late().await?;
                if !late.is_empty() {
                    return Ok(late);
                }
                Place {
                    second: self.cursor.at.saturating_sub(self.overlap).max(0),
                    within: None,
                    waited: false,
                }
            }
        };
        // Kept until the records are read: a failure, or a drop of this future, leaves the reader where it was.
        self.place = Some(at);
        loop {
            let (fresh, next) = self.advance(at).await?;
            let Some(next) = next else {
                self.place = None;
                return Ok(Vec::new());
            };
            at = next;
            if fresh.is_empty() {
                self.place = Some(at);
                continue;
            }
            let read = self.read(&fresh).await?;
            self.take_in(&fresh, &read);
            self.place = Some(at);
            // A page of records that were deleted meanwhile is not the end.
            if !read.is_empty() {
                return Ok(read.into_iter().map(|read| read.record).collect());
            }
        }
    }

    /// In the order of the stamps.
    async fn read(&self, stamps: &[(i64, i64)]) -> Result<Vec<Digested<M>>, Error> {
        let ids: Vec<i64> = stamps.iter().map(|(id, _)| *id).collect();
        let read: Vec<Digested<M>> = self.records.clone().read_as(&ids).await?;
        let mut by_id: HashMap<i64, Digested<M>> =
            read.into_iter().map(|read| (read.record.id().get(), read)).collect();
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// Records that were written once more within the second that was seen, by a transaction that began in it and ended after they were read:
    /// their date is the same. They are looked at again when no such transaction can be left.
    async fn late(&mut self) -> Result<Vec<M>, Error> {
        let closed = self.closed();
        let page = usize::try_from(self.page).unwrap_or(usize::MAX);
        let due = self.cursor.unsettled.iter().filter(|(_, (second, _))| *second < closed);
        let due: Vec<i64> = due.map(|(id, _)| *id).take(page).collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut stamps = self.stamps(Domain::is_in("id", due.clone()), "id").await?;
        // What was written later still comes by its date.
        stamps.retain(|(id, second)| self.cursor.unsettled.get(id).is_some_and(|(seen, _)| seen == second));
        let mut read = if stamps.is_empty() { Vec::new() } else { self.read(&stamps).await? };
        read.retain(|read| {
            let seen = self.cursor.unsettled.get(&read.record.id().get());
            seen.is_some_and(|(_, digest)| *digest != read.digest)
        });
        for id in due {
            self.cursor.unsettled.remove(&id);
        }
        Ok(read.into_iter().map(|read| read.record).collect())
    }

    /// A second that no transaction can write to any more.
    fn closed(&self) -> i64 {
        self.certainly_past().saturating_sub(self.overlap)
    }

    fn take_in(&mut self, fresh: &[(i64, i64)], read: &[Digested<M>]) {
        let closed = self.closed();
        let digests: HashMap<i64, u64> =
            read.iter().map(|read| (read.record.id().get(), read.digest)).collect();
        // A date that lies ahead, of a time when the server's clock was wrong, must not hide what is written until then.
        let latest = self.certainly_past();
        for &(id, second) in fresh {
            self.cursor.seen.insert(id, second);
            self.cursor.unsettled.remove(&id);
            if let Some(digest) = digests.get(&id).filter(|_| second >= closed) {
                self.cursor.unsettled.insert(id, (second, *digest));
            }
            if second <= latest {
                self.cursor.at = self.cursor.at.max(second);
            }
        }
        let old = self.cursor.at.saturating_sub(self.overlap);
        self.cursor.seen.retain(|_, second| *second >= old);
    }

    /// A moment that has passed by every clock there is: the server's, which may be that of a proxy before it, and the client's own. Where one of
    /// them is behind, more is read again, and nothing is lost.
    fn certainly_past(&self) -> i64 {
        let own = self.records.client.clock().unix_seconds();
        self.records.client.server_seconds().map_or(own, |server| server.min(own))
    }

    /// Takes a cursor back that is ahead of the server's clock.
    fn hold_back(&mut self) {
        if let Some(server) = self.records.client.server_seconds() {
            // Not by more than clocks differ: one wrong date must not bring back years.
            self.cursor.at = self.cursor.at.min(server.max(self.cursor.at.saturating_sub(TWO_HOURS)));
        }
    }

    /// From a place: the next stamps that were not seen, and where to go on. `None`: everything was looked at.
    async fn advance(&self, at: Place) -> Result<(Vec<(i64, i64)>, Option<Place>), Error> {
        let from = Domain::ge("write_date", text(at.second));
        let limit = usize::try_from(self.page).unwrap_or(usize::MAX);
        let (stamps, next) = match at.within {
            Some(after) => {
                let second = from.and(Domain::lt("write_date", text(at.second + 1)));
                let stamps = self.stamps(second.and(Domain::gt("id", after)), "id").await?;
                let next = match stamps.last() {
                    Some((id, _)) => Place { within: Some(*id), ..at },
                    None => Place { second: at.second + 1, within: None, waited: false },
                };
                (stamps, next)
            }
            None => {
                let mut stamps = self.stamps(from, "write_date, id").await?;
                // Rules of the server can thin a page out behind its limit, so only an empty one is the end.
                let (Some((_, first)), Some((_, last))) = (stamps.first().copied(), stamps.last().copied())
                else {
                    return Ok((Vec::new(), None));
                };
                let unseen = |(id, second): &(i64, i64)| self.cursor.seen.get(id) != Some(second);
                let mut next = Place { second: last, within: Some(0), ..at };
                if first < last && stamps.iter().any(|stamp| stamp.1 < last && unseen(stamp)) {
                    // The last second is read by id: it may go on behind the page, and its microseconds are not told.
                    stamps.retain(|(_, second)| *second < last);
                    next.within = None;
                } else {
                    // The newest second may still be written to: what is read after it has ended is its last word.
                    let recent = last >= self.closed();
                    if (recent || stamps.len() < limit) && !at.waited && stamps.iter().any(unseen) {
                        self.records.client.clock().sleep(A_SECOND).await;
                        next.waited = true;
                    }
                    stamps.clear();
                }
                (stamps, next)
            }
        };
        let seen = |(id, second): &(i64, i64)| self.cursor.seen.get(id) == Some(second);
        Ok((stamps.into_iter().filter(|stamp| !seen(stamp)).collect(), Some(next)))
    }

    async fn stamps(&self, domain: Domain, order: &str) -> Result<Vec<(i64, i64)>, Error> {
        let domain = self.records.domain.clone().and(domain);
        let options = SearchOptions::new().order(order).limit(self.page);
        let call = options.apply(Call::new(M::MODEL, "search_read").arg(domain).arg(vec!["write_date"]));
        let operation = call.operation();
        let stamps: Vec<Stamp> = self.records.client.call_rows(call).await?;
        stamps
            .into_iter()
            .map(|stamp| {
                let second = parse_datetime(&stamp.write_date).map(Timestamp::as_second);
                second
                    .map(|second| (stamp.id, second))
                    .ok_or_else(|| unexpected(&operation, "a write_date that is no instant"))
            })
            .collect()
    }
}

fn text(second: i64) -> String {
    format_datetime(Timestamp::from_second(second).unwrap_or_default())
}
