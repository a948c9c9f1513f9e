//! What lanes keep, step by step and whatever happens.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// The positions that a claim of flow `f` gets.
fn claim(lanes: &mut Lanes, epoch: i64, limit: usize, now: i64, until: i64) -> Vec<i64> {
    lanes.claim("f", epoch, limit, now, until).positions
}

fn entry(position: i64) -> Entry {
    Entry { position, due: 0, crashes: 0 }
}

#[test]
fn one_message_a_lane_in_order() {
    let mut lanes = Lanes::default();
    for (position, lane) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
        lanes.add("f", lane, entry(position));
    }
    assert_eq!(claim(&mut lanes, 1, 10, 0, 100), [1, 3]);
    assert!(claim(&mut lanes, 2, 10, 0, 100).is_empty(), "both lanes are out");
    lanes.release(1, |_| Next::Leave);
    assert_eq!(claim(&mut lanes, 3, 10, 0, 100), [2]);
    assert_eq!(lanes.open("f"), 2);
}

#[test]
fn a_waiting_head_holds_its_lane_and_no_other() {
    let mut lanes = Lanes::default();
    for (position, lane) in [(1, "a"), (2, "a"), (3, "b")] {
        lanes.add("f", lane, entry(position));
    }
    assert_eq!(claim(&mut lanes, 1, 1, 0, 100), [1]);
    lanes.release(1, |_| Next::Stay { due: 50, crashed: false });
    assert_eq!(claim(&mut lanes, 2, 10, 49, 100), [3]);
    assert_eq!(lanes.next_due("f"), Some(50));
    assert_eq!(claim(&mut lanes, 3, 10, 50, 100), [1]);
}

#[test]
fn a_suspect_is_handed_out_alone() {
    let mut lanes = Lanes::default();
    for (position, lane) in [(1, "a"), (2, "b"), (3, "c")] {
        lanes.add("f", lane, entry(position));
    }
    assert_eq!(claim(&mut lanes, 1, 2, 0, 9), [1, 2]);
    lanes.release(1, |p| Next::Stay { due: 0, crashed: p == 2 });
    assert_eq!(claim(&mut lanes, 2, 9, 0, 9), [2], "first, and alone");
    assert!(claim(&mut lanes, 3, 9, 0, 9).is_empty(), "nothing beside it");
    lanes.release(2, |_| Next::Stay { due: 5, crashed: true });
    assert_eq!(claim(&mut lanes, 4, 1, 0, 9), [3], "it is not its turn");
    assert!(claim(&mut lanes, 5, 9, 5, 9).is_empty(), "now it is, and another is out");
    lanes.add("f", "d", entry(4));
    assert!(claim(&mut lanes, 5, 9, 5, 9).is_empty(), "and no more of them go out before it");
    lanes.release(4, |_| Next::Leave);
    assert_eq!(claim(&mut lanes, 6, 9, 5, 9), [2]);
    lanes.release(6, |_| Next::Leave);
    assert_eq!(claim(&mut lanes, 7, 9, 5, 9), [1, 4]);
}

#[test]
fn a_suspect_is_alone_in_the_whole_store_and_another_flow_leaves_it_a_chance() {
    let mut lanes = Lanes::default();
    lanes.add("f", "a", Entry { position: 1, due: 0, crashes: 1 });
    for position in 2..9 {
        lanes.add("g", &position.to_string(), entry(position));
    }
    assert_eq!(lanes.claim("g", 1, 2, 0, 9).positions, [2, 3]);
    assert!(claim(&mut lanes, 2, 9, 0, 9).is_empty());
    assert_eq!(lanes.claim("g", 2, 2, 0, 9), Claimed::default(), "the suspect waits for quiet");
    lanes.release(1, |_| Next::Leave);
    assert_eq!(lanes.claim("g", 2, 2, 0, 9), Claimed { positions: vec![], put_off: true });
    assert_eq!(claim(&mut lanes, 3, 9, 0, 9), [1]);
    assert!(lanes.claim("g", 4, 9, 0, 9).positions.is_empty(), "nothing beside it");
    lanes.release(3, |_| Next::Back { crashed: true });
    // Its own flow may be at rest. Then nobody waits for it.
    assert_eq!(lanes.claim("g", 5, 1, 0, 9).positions, [4]);
}

#[test]
fn a_lease_can_be_renewed_and_loses_what_cannot_be_read() {
    let mut lanes = Lanes::default();
    for (position, lane) in [(1, "a"), (2, "b"), (3, "a")] {
        lanes.add("f", lane, entry(position));
    }
    claim(&mut lanes, 7, 9, 0, 10);
    assert!(lanes.renew(7, 20) && !lanes.renew(8, 20));
    assert!(lanes.expired(20).is_empty());
    assert_eq!(lanes.drop_from(7, 1).as_deref(), Some("f"));
    assert_eq!(lanes.drop_from(7, 1), None);
    assert!(lanes.holds(7, [2].into_iter()));
    assert_eq!(claim(&mut lanes, 8, 9, 0, 10), [3], "its lane goes on");
    lanes.drop_from(7, 2);
    assert!(lanes.positions(7).is_empty() && !lanes.renew(7, 30));
}

#[test]
fn what_belongs_to_no_flow_is_taken_out_but_for_what_is_at_work() {
    let mut lanes = Lanes::default();
    for (position, lane) in [(1, "a"), (2, "b"), (3, "c")] {
        lanes.add("f", lane, Entry { position, due: position - 1, crashes: 0 });
    }
    assert_eq!(claim(&mut lanes, 7, 1, 0, 10), [1]);
    assert_eq!(lanes.strand("f"), [2, 3]);
    assert_eq!((lanes.open("f"), lanes.flows()), (1, vec!["f".to_owned()]));
    lanes.release(7, |_| Next::Leave);
    assert_eq!((lanes.open("f"), lanes.flows().len(), lanes.next_due("f")), (0, 0, None));
}

#[test]
fn a_replay_goes_back_to_its_old_place() {
    let mut lanes = Lanes::default();
    lanes.add("f", "a", Entry { position: 5, due: 70, crashes: 0 });
    lanes.add("f", "a", entry(2));
    assert_eq!(claim(&mut lanes, 1, 9, 0, 9), [2]);
    lanes.add("f", "a", entry(1));
    lanes.release(1, |_| Next::Leave);
    assert_eq!(claim(&mut lanes, 2, 9, 0, 9), [1]);
    lanes.release(2, |_| Next::Leave);
    assert!(claim(&mut lanes, 3, 9, 69, 99).is_empty());
    assert_eq!(claim(&mut lanes, 4, 9, 70, 99), [5]);
}

#[test]
fn leases_run_out() {
    let mut lanes = Lanes::default();
    lanes.add("f", "a", entry(1));
    claim(&mut lanes, 7, 1, 0, 10);
    assert!(lanes.expired(10).is_empty());
    assert_eq!(lanes.expired(11), [7]);
    assert!(
        lanes.holds(7, [1].into_iter())
            && !lanes.holds(7, [].into_iter())
            && !lanes.holds(8, [1].into_iter())
    );
}

/// What must be true of lanes, kept in the plainest way.
#[derive(Default)]
struct Model {
    lanes: Lanes,
    open: BTreeMap<i64, Open>,
    out: BTreeMap<i64, (&'static str, Vec<i64>)>,
    /// Exceptions, which a person may put back.
    aside: Vec<(i64, Open)>,
    done: usize,
    position: i64,
    epoch: i64,
    now: i64,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    flow: &'static str,
    lane: &'static str,
    due: i64,
    crashes: u32,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Add {
        flow: usize,
        lane: usize,
    },
    Claim {
        flow: usize,
        limit: usize,
    },
    /// Settled: done, or (every other message) an exception.
    Settle {
        which: usize,
    },
    Retry {
        which: usize,
        wait: i64,
    },
    GiveBack {
        which: usize,
        crashed: bool,
    },
    Unreadable {
        which: usize,
    },
    Replay {
        which: usize,
    },
    /// The process dies: leases are gone, what they held has a crash more.
    Die,
    /// A transaction is rolled back: everything is read anew, leases included.
    RollBack,
}

const FLOWS: [&str; 2] = ["f", "g"];
const LANES: [&str; 4] = ["a", "b", "c", "d"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..2usize, 0..4usize).prop_map(|(flow, lane)| Step::Add { flow, lane }),
        4 => (0..2usize, 1..4usize).prop_map(|(flow, limit)| Step::Claim { flow, limit }),
        3 => any::<usize>().prop_map(|which| Step::Settle { which }),
        2 => (any::<usize>(), 0..5i64).prop_map(|(which, wait)| Step::Retry { which, wait }),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, crashed)| Step::GiveBack { which, crashed }),
        1 => any::<usize>().prop_map(|which| Step::Unreadable { which }),
        2 => any::<usize>().prop_map(|which| Step::Replay { which }),
        1 => Just(Step::Die),
        1 => Just(Step::RollBack),
    ]
}

impl Model {
    fn step(&mut self, step: Step) {
        self.now += 1;
        match step {
            Step::Add { flow, lane } => {
                self.position += 1;
                self.put(self.position, Open { flow: FLOWS[flow], lane: LANES[lane], due: 0, crashes: 0 });
            }
            Step::Claim { flow, limit } => self.claim(FLOWS[flow], limit),
            Step::Settle { which } => {
                let Some((epoch, positions)) = self.lease(which) else { return };
                self.lanes.release(epoch, |_| Next::Leave);
                for position in positions {
                    let open = self.open.remove(&position).unwrap();
                    match position % 2 {
                        0 => self.done += 1,
                        _ => self.aside.push((position, open)),
                    }
                }
            }
            Step::Retry { which, wait } => {
                let Some((epoch, positions)) = self.lease(which) else { return };
                let due = self.now + wait;
                self.lanes.release(epoch, |_| Next::Stay { due, crashed: false });
                positions.iter().for_each(|position| self.open.get_mut(position).unwrap().due = due);
            }
            Step::GiveBack { which, crashed } => {
                let Some((epoch, positions)) = self.lease(which) else { return };
                self.lanes.release(epoch, |_| Next::Back { crashed });
                self.count(&positions, crashed);
            }
            Step::Unreadable { which } => {
                let Some((epoch, mut positions)) = self.lease(which) else { return };
                let (flow, position) = (self.open[&positions[0]].flow, positions.remove(0));
                assert_eq!(self.lanes.drop_from(epoch, position).as_deref(), Some(flow));
                self.open.remove(&position);
                self.done += 1;
                if !positions.is_empty() {
                    self.out.insert(epoch, (flow, positions));
                }
            }
            Step::Replay { which } => {
                if self.aside.is_empty() {
                    return;
                }
                let (position, open) = self.aside.swap_remove(which % self.aside.len());
                self.put(position, Open { due: 0, crashes: 0, ..open });
            }
            Step::Die => {
                for (_, positions) in std::mem::take(&mut self.out).into_values() {
                    self.count(&positions, true);
                }
                self.read_anew();
            }
            Step::RollBack => self.read_anew(),
        }
        for flow in FLOWS {
            assert_eq!(self.lanes.open(flow), self.open.values().filter(|open| open.flow == flow).count());
        }
    }

    fn put(&mut self, position: i64, open: Open) {
        self.lanes.add(open.flow, open.lane, Entry { position, due: open.due, crashes: open.crashes });
        self.open.insert(position, open);
    }

    fn claim(&mut self, flow: &'static str, limit: usize) {
        self.epoch += 1;
        let Claimed { positions, .. } = self.lanes.claim(flow, self.epoch, limit, self.now, self.now + 9);
        assert!(positions.len() <= limit);
        for position in &positions {
            let this = self.open[position];
            let same_lane = |other: i64| {
                let other = self.open[&other];
                (other.flow, other.lane) == (this.flow, this.lane)
            };
            assert!(this.flow == flow && this.due <= self.now, "not its turn");
            assert!(
                !self.open.range(..position).any(|(other, _)| same_lane(*other)),
                "not the oldest of its lane"
            );
            assert!(!self.all_out().any(same_lane), "its lane is out");
            let twice = positions.iter().filter(|other| same_lane(**other)).count();
            assert_eq!(twice, 1, "two of one lane");
        }
        if !positions.is_empty() {
            self.out.insert(self.epoch, (flow, positions));
        }
        let suspects = self.all_out().filter(|position| self.open[position].crashes > 0).count();
        assert!(suspects == 0 || self.all_out().count() == 1, "a suspect is not alone");
        if let Some((_, claimed)) = self.out.get(&self.epoch)
            && suspects == 0
        {
            let heads = self.heads(flow).into_iter().filter(|position| !claimed.contains(position));
            let due = heads.filter(|position| self.open[position].due <= self.now);
            let suspects = due.filter(|position| self.open[position].crashes > 0).count();
            assert_eq!(suspects, 0, "a suspect comes first");
        }
    }

    /// The oldest message of each lane of this flow that is not out.
    fn heads(&self, flow: &str) -> Vec<i64> {
        let mut heads: BTreeMap<&str, i64> = BTreeMap::new();
        for (position, open) in self.open.iter().filter(|(_, open)| open.flow == flow) {
            heads.entry(open.lane).or_insert(*position);
        }
        let out: Vec<&str> = self
            .all_out()
            .filter(|position| self.open[position].flow == flow)
            .map(|position| self.open[&position].lane)
            .collect();
        heads.into_iter().filter(|(lane, _)| !out.contains(lane)).map(|(_, position)| position).collect()
    }

    fn all_out(&self) -> impl Iterator<Item = i64> {
        self.out.values().flat_map(|(_, positions)| positions.iter().copied())
    }

    fn lease(&mut self, which: usize) -> Option<(i64, Vec<i64>)> {
        let epoch = *self.out.keys().nth(which.checked_rem(self.out.len())?)?;
        Some((epoch, self.out.remove(&epoch)?.1))
    }

    fn count(&mut self, positions: &[i64], crashed: bool) {
        for position in positions {
            let open = self.open.get_mut(position).unwrap();
            open.crashes += u32::from(crashed);
            open.due = if crashed { 0 } else { open.due };
        }
    }

    fn read_anew(&mut self) {
        self.lanes = Lanes::default();
        for (position, open) in &self.open {
            let entry = Entry { position: *position, due: open.due, crashes: open.crashes };
            self.lanes.add(open.flow, open.lane, entry);
        }
        for (epoch, (flow, positions)) in &self.out {
            let messages = positions.iter().map(|p| (*p, self.open[p].lane.to_owned())).collect();
            self.lanes.restore(flow, *epoch, messages, self.now + 9);
        }
    }
}

proptest! {
    /// Whatever is added, claimed, settled, tried again, given back, replayed, whenever the process dies and whatever is rolled back:
    /// nothing is lost, nothing is out twice, each lane goes in order, and a suspect is alone.
    #[test]
    fn nothing_is_lost_or_doubled(steps in proptest::collection::vec(step(), 1..200)) {
        let mut model = Model::default();
        for step in steps {
            model.step(step);
        }
        // Nor is anything stuck: with nothing but claims and settlements all of it ends.
        let aside = model.aside.len();
        model.now += 1000;
        for _ in 0..1000 {
            for flow in 0..2 {
                model.step(Step::Claim { flow, limit: 3 });
                model.step(Step::Settle { which: 0 });
            }
        }
        prop_assert!(model.open.is_empty(), "{:?}", model.open);
        prop_assert!(model.done + model.aside.len() == model.position as usize && model.aside.len() >= aside);
    }
}
