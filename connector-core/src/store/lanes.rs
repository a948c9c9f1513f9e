//! Whose turn it is: the order of open messages within lanes, kept in memory beside the database, which remains the truth.
//!
//! A lane is leased as a whole, so two messages of one lane are never out at the same time. A lane that is not leased and not empty stands
//! in exactly one of two places: the queue of ready lanes, or the ordered set of waiting ones. Claiming therefore costs the same with one
//! open message as with a million.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// An open message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its position in the inbox.
    pub(crate) position: i64,
    /// Not before then.
    pub(crate) due: i64,
    /// Deaths over it. A message that has some is handed out alone, so that the guilty one does not take its neighbours along.
    pub(crate) crashes: u32,
}

#[derive(Debug, Default)]
struct Lane {
    entries: VecDeque<Entry>,
    leased: bool,
}

#[derive(Debug, Default)]
struct Flow {
    lanes: HashMap<Arc<str>, Lane>,
    ready: VecDeque<Arc<str>>,
    waiting: BTreeSet<(i64, Arc<str>)>,
    open: usize,
}

#[derive(Debug)]
struct Lease {
    flow: String,
    lanes: Vec<Arc<str>>,
    positions: Vec<i64>,
    until: i64,
}

/// What becomes of a leased message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Out of the lane.
    Leave,
    /// Stays at the head, not before `due`.
    Stay { due: i64, crashed: bool },
}

/// The lanes of all flows.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    flows: HashMap<String, Flow>,
    leases: HashMap<i64, Lease>,
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
                flow.ready.retain(|n| *n != name);
                flow.waiting.remove(&(old.due, name.clone()));
                flow.place(&name);
            }
            return;
        }
        let name: Arc<str> = lane.into();
        flow.lanes.insert(name.clone(), Lane { entries: VecDeque::from([entry]), leased: false });
        flow.place(&name);
    }

    /// Leases the heads of up to `limit` lanes under `epoch`; their positions, in the order in which the lanes came up.
    pub(crate) fn claim(
        &mut self,
        flow_name: &str,
        epoch: i64,
        limit: usize,
        now: i64,
        until: i64,
    ) -> Vec<i64> {
        let Some(flow) = self.flows.get_mut(flow_name) else { return Vec::new() };
        while let Some((due, _)) = flow.waiting.first()
            && *due <= now
            && let Some((_, name)) = flow.waiting.pop_first()
        {
            flow.ready.push_back(name);
        }
        let mut lease = Lease { flow: flow_name.to_owned(), lanes: vec![], positions: vec![], until };
        while lease.positions.len() < limit
            && let Some(name) = flow.ready.pop_front()
        {
            let Some(lane) = flow.lanes.get_mut(&name) else { continue };
            let Some(head) = lane.entries.front() else { continue };
            let suspect = head.crashes > 0;
            if suspect && !lease.positions.is_empty() {
                flow.ready.push_front(name);
                break;
            }
            lane.leased = true;
            lease.positions.push(head.position);
            lease.lanes.push(name);
            if suspect {
                break;
            }
        }
        let positions = lease.positions.clone();
        if !positions.is_empty() {
            self.leases.insert(epoch, lease);
        }
        positions
    }

    /// Takes a lease up again that the database says is held; `messages` are its positions and their lanes.
    pub(crate) fn restore(&mut self, flow_name: &str, epoch: i64, messages: Vec<(i64, String)>, until: i64) {
        let Some(flow) = self.flows.get_mut(flow_name) else { return };
        let mut lease = Lease { flow: flow_name.to_owned(), lanes: vec![], positions: vec![], until };
        for (position, lane) in messages {
            let Some(name) = flow.lanes.get_key_value(lane.as_str()).map(|(name, _)| name.clone()) else {
                continue;
            };
            let Some(lane) = flow.lanes.get_mut(&name) else { continue };
            let due = lane.entries.front().map(|head| head.due);
            lane.leased = true;
            flow.ready.retain(|other| *other != name);
            if let Some(due) = due {
                flow.waiting.remove(&(due, name.clone()));
            }
            lease.positions.push(position);
            lease.lanes.push(name);
        }
        self.leases.insert(epoch, lease);
    }

    /// When the next waiting message of the flow is due.
    pub(crate) fn next_due(&self, flow: &str) -> Option<i64> {
        self.flows.get(flow)?.waiting.first().map(|(due, _)| *due)
    }

    /// Open messages of the flow, leased ones included.
    pub(crate) fn open(&self, flow: &str) -> usize {
        self.flows.get(flow).map_or(0, |f| f.open)
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

    /// Ends the lease; `next` says what becomes of each of its messages.
    pub(crate) fn release(&mut self, epoch: i64, next: impl Fn(i64) -> Next) {
        let Some(lease) = self.leases.remove(&epoch) else { return };
        let Some(flow) = self.flows.get_mut(&lease.flow) else { return };
        for (name, position) in lease.lanes.iter().zip(lease.positions) {
            let Some(lane) = flow.lanes.get_mut(name) else { continue };
            lane.leased = false;
            // Not always the head any more: a replay can have put an older message before it meanwhile.
            if let Some(index) = lane.entries.iter().position(|e| e.position == position) {
                match next(position) {
                    Next::Leave => {
                        lane.entries.remove(index);
                        flow.open -= 1;
                    }
                    Next::Stay { due, crashed } => {
                        if let Some(entry) = lane.entries.get_mut(index) {
                            entry.due = due;
                            entry.crashes += u32::from(crashed);
                        }
                    }
                }
            }
            if lane.entries.is_empty() {
                flow.lanes.remove(name);
            } else {
                flow.place(name);
            }
        }
    }

    /// Leases that ran out before `now`, with their positions.
    pub(crate) fn expired(&self, now: i64) -> Vec<(i64, Vec<i64>)> {
        let ran_out = self.leases.iter().filter(|(_, lease)| lease.until < now);
        ran_out.map(|(epoch, lease)| (*epoch, lease.positions.clone())).collect()
    }
}

impl Flow {
    /// Puts a lane that is not leased where its head belongs.
    fn place(&mut self, name: &Arc<str>) {
        let Some(head) = self.lanes.get(name).and_then(|lane| lane.entries.front()) else { return };
        if head.due <= 0 {
            self.ready.push_back(name.clone());
        } else {
            self.waiting.insert((head.due, name.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(position: i64) -> Entry {
        Entry { position, due: 0, crashes: 0 }
    }

    #[test]
    fn one_message_a_lane_in_order() {
        let mut lanes = Lanes::default();
        for (position, lane) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
            lanes.add("f", lane, entry(position));
        }
        assert_eq!(lanes.claim("f", 1, 10, 0, 100), [1, 3]);
        assert!(lanes.claim("f", 2, 10, 0, 100).is_empty(), "both lanes are out");
        lanes.release(1, |_| Next::Leave);
        assert_eq!(lanes.claim("f", 3, 10, 0, 100), [2]);
        assert_eq!(lanes.open("f"), 2);
    }

    #[test]
    fn a_waiting_head_holds_its_lane_and_no_other() {
        let mut lanes = Lanes::default();
        for (position, lane) in [(1, "a"), (2, "a"), (3, "b")] {
            lanes.add("f", lane, entry(position));
        }
        assert_eq!(lanes.claim("f", 1, 1, 0, 100), [1]);
        lanes.release(1, |_| Next::Stay { due: 50, crashed: false });
        assert_eq!(lanes.claim("f", 2, 10, 49, 100), [3]);
        assert_eq!(lanes.next_due("f"), Some(50));
        assert_eq!(lanes.claim("f", 3, 10, 50, 100), [1]);
    }

    #[test]
    fn a_suspect_is_handed_out_alone() {
        let mut lanes = Lanes::default();
        for (position, lane) in [(1, "a"), (2, "b"), (3, "c")] {
            lanes.add("f", lane, entry(position));
        }
        assert_eq!(lanes.claim("f", 1, 2, 0, 9), [1, 2]);
        lanes.release(1, |p| Next::Stay { due: 0, crashed: p == 2 });
        assert_eq!(lanes.claim("f", 2, 9, 0, 9), [3, 1]);
        assert_eq!(lanes.claim("f", 3, 9, 0, 9), [2]);
    }

    #[test]
    fn a_replay_goes_back_to_its_old_place() {
        let mut lanes = Lanes::default();
        lanes.add("f", "a", Entry { position: 5, due: 70, crashes: 0 });
        lanes.add("f", "a", entry(2));
        assert_eq!(lanes.claim("f", 1, 9, 0, 9), [2]);
        lanes.add("f", "a", entry(1));
        lanes.release(1, |_| Next::Leave);
        assert_eq!(lanes.claim("f", 2, 9, 0, 9), [1]);
        lanes.release(2, |_| Next::Leave);
        assert!(lanes.claim("f", 3, 9, 69, 99).is_empty());
        assert_eq!(lanes.claim("f", 4, 9, 70, 99), [5]);
    }

    #[test]
    fn leases_run_out() {
        let mut lanes = Lanes::default();
        lanes.add("f", "a", entry(1));
        lanes.claim("f", 7, 1, 0, 10);
        assert!(lanes.expired(10).is_empty());
        assert_eq!(lanes.expired(11), [(7, vec![1])]);
        assert!(
            lanes.holds(7, [1].into_iter())
                && !lanes.holds(7, [].into_iter())
                && !lanes.holds(8, [1].into_iter())
        );
    }

    proptest! {
        /// Whatever is added, claimed and released in whatever order: nothing is lost, nothing is out twice, order holds in each lane.
        #[test]
        fn nothing_is_lost_or_doubled(steps in proptest::collection::vec((0u8..4, 0usize..5, 1usize..4, any::<bool>()), 1..200)) {
            let names = ["a", "b", "c", "d", "e"];
            let mut lanes = Lanes::default();
            let (mut position, mut epoch, mut now) = (0, 0, 0i64);
            let mut out: Vec<(i64, Vec<i64>)> = vec![];
            let mut lane_of = HashMap::new();
            let mut done: HashMap<&str, Vec<i64>> = HashMap::new();
            let mut step = |kind: u8, which: usize, limit: usize, stay: bool, out: &mut Vec<(i64, Vec<i64>)>| {
                now += 1;
                match kind {
                    0 | 1 => {
                        position += 1;
                        lane_of.insert(position, names[which]);
                        lanes.add("f", names[which], entry(position));
                    }
                    2 => {
                        epoch += 1;
                        let got = lanes.claim("f", epoch, limit, now, now + 1000);
                        let mut taken: Vec<&str> = got.iter().map(|p| lane_of[p]).collect();
                        taken.extend(out.iter().flat_map(|(_, ps)| ps.iter().map(|p| lane_of[p])));
                        let distinct: std::collections::HashSet<_> = taken.iter().collect();
                        assert_eq!(distinct.len(), taken.len(), "a lane is out twice");
                        if !got.is_empty() { out.push((epoch, got)); }
                    }
                    _ => if let Some((epoch, positions)) = out.pop() {
                        lanes.release(epoch, |_| if stay { Next::Stay { due: now + 3, crashed: false } } else { Next::Leave });
                        if !stay { for p in positions { done.entry(lane_of[&p]).or_default().push(p); } }
                    }
                }
            };
            for (kind, which, limit, stay) in steps { step(kind, which, limit, stay, &mut out); }
            for _ in 0..1000 { step(3, 0, 1, false, &mut out); step(2, 0, 3, false, &mut out); }
            prop_assert_eq!(done.values().map(Vec::len).sum::<usize>() as i64, position);
            for positions in done.values() { prop_assert!(positions.is_sorted()); }
        }
    }
}
