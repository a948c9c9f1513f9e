//! Reading all of many records: pages side by side, each as large as the server answers well, in bounded memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt as _};

use super::Records;
use crate::call::Call;
use crate::client::{Client, SearchOptions};
use crate::domain::Domain;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::Model;

/// How a stream reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamOptions {
    /// How many pages may be under way at once; the client's [`Policy`](crate::Policy) holds too.
    pub parallel: usize,
    /// How many records the first page has.
    pub page: usize,
    /// How many records a page has at most.
    pub max_page: usize,
    /// How long a call should take: pages grow below it and shrink above it. Well under the server's own limit (120 s) and that of any proxy
    /// before it.
    pub target: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self { parallel: 4, page: 200, max_page: 5_000, target: Duration::from_secs(2) }
    }
}

/// How many ids are asked for at once.
const WINDOW: u64 = 10_000;

/// After so many records in a row that cannot be read, it is not the records.
const GIVE_UP_AFTER: usize = 16;

impl Client {
    /// All records of a model, in the order of their ids: [`records`](Self::records) and [`Records::stream`] in one.
    pub fn stream<M: Model>(&self) -> impl Stream<Item = Result<M, Error>> + Send + use<M> {
        self.records().stream()
    }
}

impl<M: Model> Records<M> {
    /// Reads all records of the query in the order of their ids, page by page: none is skipped and none comes twice, whatever is written
    /// meanwhile. Records that come into the query after the stream has passed their id are not in it; those that leave it before they are
    /// read are not either.
    ///
    /// A page that is too large or too slow for the server is split. A record that cannot be read is found by halving: it comes as an error
    /// with its id ([`Error::record`]), and the stream goes on with the others. Any other error is the last item.
    ///
    /// The query must have neither an order nor an offset; a limit holds.
    ///
    /// # Cancellation
    /// Dropping the stream drops the calls that are under way; they only read.
    pub fn stream(self) -> impl Stream<Item = Result<M, Error>> + Send + use<M> {
        self.stream_with(StreamOptions::default())
    }

    /// As [`stream`](Self::stream), with options.
    pub fn stream_with(self, options: StreamOptions) -> impl Stream<Item = Result<M, Error>> + Send + use<M> {
        let limit =
            self.options.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let size = Arc::new(Mutex::new(PageSize::new(&options)));
        let pages = Pages {
            wrong: self.options.order.is_some() || self.options.offset.is_some(),
            records: Records { options: SearchOptions::new(), ..self },
            after: 0,
            ids: VecDeque::new(),
            exhausted: false,
            left: limit,
            size: Arc::clone(&size),
        };
        let parallel = options.parallel.max(1);
        stream::unfold(pages, |mut pages| async move { pages.next().await.map(|page| (page, pages)) })
            .map(move |page| {
                let size = Arc::clone(&size);
                async move {
                    match page {
                        Ok((records, ids)) => read_page(records, ids, &size).await,
                        Err(error) => vec![Err(error)],
                    }
                }
            })
            .buffered(parallel)
            .flat_map(stream::iter)
            // What is not the fault of a record ends the stream.
            .scan(false, |ended, item| {
                let go_on = !*ended;
                *ended = item.as_ref().is_err_and(|error: &Error| error.record().is_none());
                std::future::ready(go_on.then_some(item))
            })
    }
}

/// Cuts the ids of a query into pages.
struct Pages<M> {
    wrong: bool,
    records: Records<M>,
    after: i64,
    ids: VecDeque<i64>,
    exhausted: bool,
    left: usize,
    size: Arc<Mutex<PageSize>>,
}

impl<M: Model> Pages<M> {
    async fn next(&mut self) -> Option<Result<(Records<M>, Vec<i64>), Error>> {
        if self.wrong {
            self.wrong = false;
            (self.exhausted, self.ids) = (true, VecDeque::new());
            let message = "a stream goes by id: the query must have neither an order nor an offset";
            return Some(Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, M::MODEL, message)));
        }
        while self.ids.is_empty() && !self.exhausted && self.left > 0 {
            if let Err(error) = self.find().await {
                self.exhausted = true;
                return Some(Err(error));
            }
        }
        let size = self.size.lock().unwrap_or_else(PoisonError::into_inner).records().min(self.left);
        let page: Vec<i64> = self.ids.drain(..size.min(self.ids.len())).collect();
        self.left -= page.len();
        (!page.is_empty()).then(|| Ok((self.records.clone(), page)))
    }

    async fn find(&mut self) -> Result<(), Error> {
        let window = WINDOW.min(u64::try_from(self.left).unwrap_or(u64::MAX));
        let domain = self.records.domain.clone().and(Domain::gt("id", self.after));
        let options = SearchOptions::new().order("id").limit(window);
        let call = options.apply(Call::new(M::MODEL, "search").arg(domain));
        let found: Vec<i64> = self.records.client.call_rows(call).await?;
        // Rules of the server can thin a page out behind its limit, so only an empty one is the end.
        self.exhausted = found.is_empty();
        match found.last() {
            // A server that does not order by id as asked would be read for ever.
            Some(last)
                if *last > self.after
                    && found.is_sorted_by(|a, b| a < b)
                    && found.first().is_some_and(|first| *first > self.after) =>
            {
                self.after = *last
            }
            Some(_) => {
                let message = "the ids are not in the order that was asked for";
                return Err(Error::new(ErrorKind::Protocol, Delivery::Committed, M::MODEL, message));
            }
            None => {}
        }
        self.ids.extend(found);
        Ok(())
    }
}

/// How many records a page has: what the server answers in the target time.
struct PageSize {
    records: f64,
    most: f64,
    target: Duration,
    /// Records in a row, over all pages, that could not be read.
    failed_in_a_row: usize,
}

impl PageSize {
    #[expect(clippy::cast_precision_loss, reason = "pages are small")]
    fn new(options: &StreamOptions) -> Self {
        let most = options.max_page.max(1) as f64;
        let target = options.target.max(Duration::from_millis(1));
        Self { records: (options.page.max(1) as f64).min(most), most, target, failed_in_a_row: 0 }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and the largest page"
    )]
    fn records(&self) -> usize {
        self.records as usize
    }

    /// By at most a factor of two, since one answer says little.
    fn learn(&mut self, read: usize, time: Duration) {
        #[expect(clippy::cast_precision_loss, reason = "pages are small")]
        let read = read as f64;
        let factor = self.target.as_secs_f64() / time.as_secs_f64().max(0.001);
        let fitting = read * factor;
        // A page that was cut off by the end of the records says nothing about larger ones.
        if fitting < self.records || read + 1.0 > self.records {
            self.records = fitting.clamp(self.records / 2.0, self.records * 2.0).clamp(1.0, self.most);
        }
    }

    fn halve(&mut self) {
        self.records = (self.records / 2.0).max(1.0);
    }
}

/// Reads a page, in parts where it cannot be read as a whole.
async fn read_page<M: Model>(
    records: Records<M>,
    ids: Vec<i64>,
    size: &Mutex<PageSize>,
) -> Vec<Result<M, Error>> {
    let learn =
        |change: &dyn Fn(&mut PageSize)| change(&mut size.lock().unwrap_or_else(PoisonError::into_inner));
    let mut items = Vec::with_capacity(ids.len());
    let mut parts = vec![ids];
    while let Some(part) = parts.pop() {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let range = Domain::ge("id", *first).and(Domain::le("id", *last));
        let clock = records.client.clock();
        let started = clock.now();
        let query = records.clone().filter(range).order("id");
        match query.fetch().await {
            Ok(read) => {
                learn(&|size| size.learn(part.len(), clock.now().saturating_sub(started)));
                learn(&|size| size.failed_in_a_row = 0);
                // What has come into the range since the ids were asked for is not of this stream.
                let asked = read.into_iter().filter(|record| part.binary_search(&record.id().get()).is_ok());
                items.extend(asked.map(Ok));
            }
            Err(error) => {
                let (splits, poison) = judge(&error);
                if splits && part.len() > 1 {
                    if !poison {
                        learn(&PageSize::halve);
                    }
                    let (front, back) = part.split_at(part.len() / 2);
                    // The front is read next.
                    parts.push(back.to_vec());
                    parts.push(front.to_vec());
                } else if poison
                    && size.lock().unwrap_or_else(PoisonError::into_inner).failed_in_a_row < GIVE_UP_AFTER
                {
                    learn(&|size| size.failed_in_a_row += 1);
                    items.push(Err(error.with_record(*first)));
                } else {
                    items.push(Err(error));
                    return items;
                }
            }
        }
    }
    items
}

/// Whether a smaller part may be read where this one was not, and whether the cause may be one record.
fn judge(error: &Error) -> (bool, bool) {
    use ErrorKind as K;
    match error.kind() {
        K::TooLarge | K::Timeout | K::Unavailable => (true, false),
        K::Protocol | K::Server | K::UserError | K::Validation | K::Missing => (true, true),
        _ => (false, false),
    }
}
