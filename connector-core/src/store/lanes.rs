//! Whose turn it is: the order of open messages within lanes, kept in memory beside the database, which remains the truth.
//!
//! A lane is leased as a whole, so two messages of one lane are never out at the same time. A lane that is not leased and not empty stands
//! in exactly one of two places: the queue of ready lanes, or the ordered set of waiting ones. Claiming therefore costs the same with one
//! open message as with a million.

mod flow;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

pub(crate) use self::flow::{Entry, Next};
use self::flow::{Flow, Lane};

#[derive(Debug)]
struct Lease {
    flow: String,
    lanes: Vec<Arc<str>>,
    positions: Vec<i64>,
    until: i64,
    /// It holds a message that somebody died over.
    suspect: bool,
}

/// What a claim came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Claimed {
    /// In the order in which the lanes came up.
    pub(crate) positions: Vec<i64>,
    /// Nothing, for the sake of another flow's suspect, which had its chance now; to be asked again.
    pub(crate) put_off: bool,
}

/// The lanes of all flows.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    flows: HashMap<String, Flow>,
    leases: HashMap<i64, Lease>,
    /// The flow whose suspect waits until nothing else is out.
    awaited: Option<String>,
}

impl Lanes {
    /// Puts an open message into its lane, at its position's place.
    pub(crate) fn add(&mut self, flow: &str, lane: &str, entry: Entry) {
        let flow = match self.flows.get_mut(flow) {
            Some(known) => known,
            None => self.flows.entry(flow.to_owned()).or_default(),
        };
        flow.open += 1;
        if let Some((name, lane)) = flow.lanes.get_key_value(lane).map(|(n, l)| (n.clone(), l)) {
            let head_before = lane.entries.front().copied();
            let leased = lane.leased;
            let Some(lane) = flow.lanes.get_mut(&name) else { return };
            let at = lane.entries.partition_point(|e| e.position < entry.position);
            lane.entries.insert(at, entry);
            // A replayed message can become the head of a lane that already stands somewhere.
            if at == 0
                && !leased
                && let Some(old) = head_before
            {
                flow.take_away(&name, old.due);
                flow.place(&name);
            }
            return;
        }
        let name: Arc<str> = lane.into();
        flow.lanes.insert(name.clone(), Lane { entries: VecDeque::from([entry]), leased: false });
        flow.place(&name);
    }

    /// Leases the heads of up to `limit` lanes under `epoch`, until `until` on the monotonic clock.
    ///
    /// A suspect is out alone in the whole store, or a further death could not be laid at its door.
    pub(crate) fn claim(
        &mut self,
        flow_name: &str,
        epoch: i64,
        limit: usize,
        now: i64,
        until: i64,
    ) -> Claimed {
        if self.leases.values().any(|lease| lease.suspect) {
            return Claimed::default();
        }
        if self.awaited.as_ref().is_some_and(|other| other != flow_name) {
            // Nothing new while it waits for quiet. Once it is quiet it gets one chance, or a flow whose target is away would stop all.
            let put_off = self.leases.is_empty();
            if put_off {
                self.awaited = None;
            }
            return Claimed { positions: Vec::new(), put_off };
        }
        self.awaited = None;
        let Some(flow) = self.flows.get_mut(flow_name) else { return Claimed::default() };
        while let Some((due, _)) = flow.waiting.first()
            && *due <= now
            && let Some((_, name)) = flow.waiting.pop_first()
        {
            flow.queue(&name);
        }
        let mut lease =
            Lease { flow: flow_name.to_owned(), lanes: vec![], positions: vec![], until, suspect: false };
        lease.suspect = !flow.suspects.is_empty();
        if lease.suspect && !self.leases.is_empty() {
            self.awaited = Some(flow_name.to_owned());
            return Claimed::default();
        }
        let (queue, limit) = match lease.suspect {
            true => (&mut flow.suspects, limit.min(1)),
            false => (&mut flow.ready, limit),
        };
        while lease.positions.len() < limit
            && let Some(name) = queue.pop_front()
        {
            let Some(lane) = flow.lanes.get_mut(&name) else { continue };
            let Some(head) = lane.entries.front() else { continue };
            lane.leased = true;
            lease.positions.push(head.position);
            lease.lanes.push(name);
        }
        let positions = lease.positions.clone();
        if !positions.is_empty() {
            self.leases.insert(epoch, lease);
        }
        Claimed { positions, put_off: false }
    }

    /// Takes a lease up again that the database says is held; `messages` are its positions and their lanes.
    pub(crate) fn restore(&mut self, flow_name: &str, epoch: i64, messages: Vec<(i64, String)>, until: i64) {
        let Some(flow) = self.flows.get_mut(flow_name) else { return };
        let mut lease =
            Lease { flow: flow_name.to_owned(), lanes: vec![], positions: vec![], until, suspect: false };
        for (position, lane) in messages {
            let Some(name) = flow.lanes.get_key_value(lane.as_str()).map(|(name, _)| name.clone()) else {
                continue;
            };
            let Some(lane) = flow.lanes.get_mut(&name) else { continue };
            let due = lane.entries.front().map(|head| head.due);
            lane.leased = true;
            lease.suspect |= lane.entries.iter().any(|e| e.position == position && e.crashes > 0);
            if let Some(due) = due {
                flow.take_away(&name, due);
            }
            lease.positions.push(position);
            lease.lanes.push(name);
        }
        self.leases.insert(epoch, lease);
    }

    /// The wall clock was put back by so much: what waits is due so much sooner.
    pub(crate) fn sooner(&mut self, by: i64) {
        self.flows.values_mut().for_each(|flow| flow.sooner(by));
    }

    /// When the next waiting message of the flow is due.
    pub(crate) fn next_due(&self, flow: &str) -> Option<i64> {
        self.flows.get(flow)?.waiting.first().map(|(due, _)| *due)
    }

    /// Open messages of the flow, leased ones included.
    pub(crate) fn open(&self, flow: &str) -> usize {
        self.flows.get(flow).map_or(0, |f| f.open)
    }

    /// The flows that have open messages.
    pub(crate) fn flows(&self) -> Vec<String> {
        let open = self.flows.iter().filter(|(_, flow)| flow.open > 0);
        open.map(|(name, _)| name.clone()).collect()
    }

    /// What is leased under this epoch.
    pub(crate) fn positions(&self, epoch: i64) -> Vec<i64> {
        self.leases.get(&epoch).map(|lease| lease.positions.clone()).unwrap_or_default()
    }

    /// Whether the lease is held and covers these positions, among others perhaps.
    pub(crate) fn covers(&self, epoch: i64, mut positions: impl Iterator<Item = i64>) -> bool {
        self.leases
            .get(&epoch)
            .is_some_and(|lease| positions.all(|position| lease.positions.contains(&position)))
    }

    /// Whether the lease is held and covers exactly these positions, in any order.
    pub(crate) fn holds(&self, epoch: i64, positions: impl Iterator<Item = i64>) -> bool {
        let Some(lease) = self.leases.get(&epoch) else { return false };
        let mut asked: Vec<i64> = positions.collect();
        let mut held = lease.positions.clone();
        asked.sort_unstable();
        held.sort_unstable();
        asked == held
    }

    /// Whether the lease is held; from now on until `until`.
    pub(crate) fn renew(&mut self, epoch: i64, until: i64) -> bool {
        let lease = self.leases.get_mut(&epoch);
        lease.map(|lease| lease.until = until).is_some()
    }

    /// Ends the lease; `next` says what becomes of each of its messages.
    pub(crate) fn release(&mut self, epoch: i64, next: impl Fn(i64) -> Next) {
        let Some(lease) = self.leases.remove(&epoch) else { return };
        let Some(flow) = self.flows.get_mut(&lease.flow) else { return };
        for (name, position) in lease.lanes.iter().zip(lease.positions) {
            flow.end(name, position, next(position));
        }
    }

    /// Takes one message out of its lease and out of its lane; the flow that it is of. Nothing if it is not held.
    pub(crate) fn drop_from(&mut self, epoch: i64, position: i64) -> Option<String> {
        let lease = self.leases.get_mut(&epoch)?;
        let index = lease.positions.iter().position(|held| *held == position)?;
        lease.positions.remove(index);
        let name = lease.lanes.remove(index);
        let flow_name = lease.flow.clone();
        if lease.positions.is_empty() {
            self.leases.remove(&epoch);
        }
        self.flows.get_mut(&flow_name)?.end(&name, position, Next::Leave);
        Some(flow_name)
    }

    /// Takes all messages of a flow out of their lanes, but for lanes that are out; their positions.
    pub(crate) fn strand(&mut self, flow: &str) -> Vec<i64> {
        let Some(flow) = self.flows.get_mut(flow) else { return Vec::new() };
        let mut stranded = Vec::new();
        flow.lanes.retain(|_, lane| {
            if !lane.leased {
                stranded.extend(lane.entries.iter().map(|entry| entry.position));
            }
            lane.leased
        });
        flow.ready.clear();
        flow.suspects.clear();
        flow.waiting.clear();
        flow.open -= stranded.len();
        stranded.sort_unstable();
        stranded
    }

    /// Leases that ran out before `monotonic`.
    pub(crate) fn expired(&self, monotonic: i64) -> Vec<i64> {
        let ran_out = self.leases.iter().filter(|(_, lease)| lease.until < monotonic);
        ran_out.map(|(epoch, _)| *epoch).collect()
    }
}

#[cfg(test)]
mod tests;
