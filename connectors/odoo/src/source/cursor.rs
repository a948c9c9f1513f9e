//! How far the sweeps have come. Kept by the runtime as JSON.

use std::collections::BTreeMap;

use connector_core::canonical::value::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// Newest write dates when the last whole sweep began; `None` before the first.
    pub(super) since: Option<Marks>,
    /// The sweep that is under way.
    pub(super) sweep: Option<Sweep>,
    /// Digests of the levels that the last sweep found, so that those of the overlap don't go out again.
    #[serde(default)]
    pub(super) seen: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) walk: Walk,
}

/// The slow walk through every product, a page with each sweep, so that what moves meanwhile does not wait for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Walk {
    /// When the last one began, in microseconds.
    pub(super) began: i64,
    /// The last id that is done, while one is under way.
    #[serde(default)]
    pub(super) after: Option<i64>,
}

/// When a walk is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// In microseconds.
    pub(super) now: i64,
    /// From one beginning to the next, in microseconds.
    pub(super) every: i64,
}

/// Write dates, as Odoo writes them; empty where there is no row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    pub(super) quant: String,
    pub(super) moved: String,
    /// Of products and their templates. A cursor that is older than this field begins with all of them.
    #[serde(default)]
    pub(super) product: String,
}

/// One pass over all that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sweep {
    /// What `since` becomes when it ends.
    pub(super) marks: Marks,
    pub(super) stream: Stream,
    /// The last id of the stream that is done. Ids and not dates: one transaction can write thousands of rows at one moment.
    pub(super) after: i64,
    #[serde(default)]
    pub(super) seen: BTreeMap<String, String>,
}

/// What is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stream {
    /// Every product, once at the beginning.
    Products,
    /// Products that were made or changed.
    Changed,
    Quants,
    Moves,
    /// One page of every product.
    Walk,
}

impl Position {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text)
            .map_err(|e| format!("the stored cursor cannot be read: {e}; delete it to begin anew"))
    }

    pub(super) fn write(&self) -> String {
        // Strings, numbers and maps of strings: it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Goes on after a page; whether there is more to fetch at once.
    pub(super) fn advance(&mut self, mut sweep: Sweep, full: bool, last: Option<i64>, pace: Pace) -> bool {
        let next = match sweep.stream {
            Stream::Walk => {
                self.walk.after = last.filter(|_| full);
                None
            }
            stream if full => Some((stream, last.unwrap_or(sweep.after))),
            Stream::Products => None,
            Stream::Changed => Some((Stream::Quants, 0)),
            Stream::Quants => Some((Stream::Moves, 0)),
            Stream::Moves => self.walk.next(pace).map(|after| (Stream::Walk, after)),
        };
        match next {
            Some((stream, after)) => self.sweep = Some(Sweep { stream, after, ..sweep }),
            None => {
                self.since = Some(sweep.marks);
                self.seen = std::mem::take(&mut sweep.seen);
                self.sweep = None;
            }
        }
        self.sweep.is_some()
    }

    /// Begins a sweep. The first one is itself a walk through every product.
    pub(super) fn begin(&mut self, marks: Marks, pace: Pace) -> Sweep {
        let stream = match self.since {
            Some(_) => Stream::Changed,
            None => {
                self.walk.began = pace.now;
                Stream::Products
            }
        };
        Sweep { marks, stream, after: 0, seen: BTreeMap::new() }
    }
}

impl Walk {
    /// Behind which id the walk goes on, if it is under way or due.
    fn next(&mut self, pace: Pace) -> Option<i64> {
        if self.after.is_none() && pace.now.saturating_sub(self.began) >= pace.every {
            self.began = pace.now;
            self.after = Some(0);
        }
        self.after
    }
}

/// `2026-11-23 08:15:00` as a moment.
pub(super) fn instant(date: &str) -> Option<Instant> {
    format!("{}Z", date.replace(' ', "T")).parse().ok()
}

/// So many seconds before a write date; `None` for an empty one.
pub(super) fn earlier(date: &str, seconds: u32) -> Option<String> {
    let micros = instant(date)?.as_microseconds().checked_sub(i64::from(seconds) * 1_000_000)?;
    let text = Instant::from_microseconds(micros)?.to_string();
    Some(text.get(..19)?.replace('T', " "))
}

/// Tells levels apart.
pub(super) fn digest(payload: &[u8]) -> String {
    Sha256::digest(payload).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(quant: &str) -> Marks {
        Marks { quant: quant.into(), ..Marks::default() }
    }

    fn pace(now: i64) -> Pace {
        Pace { now, every: 1000 }
    }

    /// One sweep with a page of each stream: which streams it went through.
    fn sweep(position: &mut Position, now: i64, full_walk: bool) -> Vec<Stream> {
        let mut streams = Vec::new();
        let mut sweep = position.begin(marks("2026-01-02 00:00:00"), pace(now));
        loop {
            streams.push(sweep.stream);
            let full = full_walk && sweep.stream == Stream::Walk;
            if !position.advance(sweep, full, Some(7), pace(now)) {
                return streams;
            }
            assert_eq!(Position::read(&position.write()).unwrap(), *position);
            sweep = position.sweep.clone().unwrap();
        }
    }

    #[test]
    fn a_sweep_goes_through_its_streams_and_then_moves_the_marks() {
        let mut position = Position::default();
        let first = position.begin(marks("2026-01-01 00:00:00"), pace(5));
        assert_eq!(first.stream, Stream::Products);
        assert!(position.advance(first, true, Some(50), pace(5)));
        let first = position.sweep.clone().unwrap();
        assert_eq!((first.after, &position.since), (50, &None));
        assert!(!position.advance(first, false, None, pace(5)));
        assert_eq!(position.since, Some(marks("2026-01-01 00:00:00")));
        assert_eq!(sweep(&mut position, 6, false), [Stream::Changed, Stream::Quants, Stream::Moves]);
        assert_eq!(position.since, Some(marks("2026-01-02 00:00:00")));
    }

    #[test]
    fn every_product_is_walked_through_again_a_page_with_each_sweep() {
        let usual = [Stream::Changed, Stream::Quants, Stream::Moves];
        let walking = [Stream::Changed, Stream::Quants, Stream::Moves, Stream::Walk];
        let mut position = Position { since: Some(marks("")), ..Position::default() };
        position.walk.began = 100;
        assert_eq!(sweep(&mut position, 1099, false), usual);
        assert_eq!(sweep(&mut position, 1100, true), walking);
        assert_eq!(position.walk, Walk { began: 1100, after: Some(7) });
        // Under way it goes on, due or not, until a page is not full.
        assert_eq!(sweep(&mut position, 1101, false), walking);
        assert_eq!(position.walk, Walk { began: 1100, after: None });
        assert_eq!(sweep(&mut position, 1102, false), usual);
    }

    #[test]
    fn a_cursor_of_an_older_version_begins_with_every_product() {
        let text = r#"{"since":{"quant":"2026-01-01 00:00:00","moved":""},"sweep":null,"seen":{}}"#;
        let mut position = Position::read(text).unwrap();
        assert_eq!(position.since.as_ref().unwrap().product, "");
        assert_eq!(sweep(&mut position, 1_795_507_200_000_000, false).last(), Some(&Stream::Walk));
    }

    #[test]
    fn overlaps_and_broken_cursors() {
        assert_eq!(earlier("2026-03-01 00:01:00", 120).as_deref(), Some("2026-02-28 23:59:00"));
        assert_eq!(earlier("", 120), None);
        assert!(Position::read("{}x").is_err());
        assert!(Position::read(r#"{"since":null,"sweep":null,"more":1}"#).is_err());
    }
}
