//! The lanes of one flow, and where each of them stands.

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
pub(super) struct Lane {
    pub(super) entries: VecDeque<Entry>,
    pub(super) leased: bool,
}

#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) lanes: HashMap<Arc<str>, Lane>,
    pub(super) ready: VecDeque<Arc<str>>,
    /// Lanes whose turn it is and whose head somebody died over. They come first: what they did in the target is not known, and nothing may be
    /// concluded from what was known before.
    pub(super) suspects: VecDeque<Arc<str>>,
    pub(super) waiting: BTreeSet<(i64, Arc<str>)>,
    pub(super) open: usize,
}

/// What becomes of a leased message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Out of the lane.
    Leave,
    /// Stays at the head, not before `due`.
    Stay { due: i64, crashed: bool },
    /// Back as it was, or, if somebody crashed over it, with a crash more and due at once.
    Back { crashed: bool },
}

impl Flow {
    /// A lane is no longer out, and this becomes of its message.
    pub(super) fn end(&mut self, name: &Arc<str>, position: i64, next: Next) {
        let Some(lane) = self.lanes.get_mut(name) else { return };
        lane.leased = false;
        // Not always the head any more: a replay can have put an older message before it meanwhile.
        if let Some(index) = lane.entries.iter().position(|e| e.position == position) {
            match (next, lane.entries.get_mut(index)) {
                (Next::Leave, _) => {
                    lane.entries.remove(index);
                    self.open -= 1;
                }
                (Next::Stay { due, crashed }, Some(entry)) => {
                    entry.due = due;
                    entry.crashes += u32::from(crashed);
                }
                (Next::Back { crashed: true }, Some(entry)) => {
                    entry.due = 0;
                    entry.crashes += 1;
                }
                (Next::Back { crashed: false }, Some(_)) => {}
                (_, None) => {}
            }
        }
        if lane.entries.is_empty() {
            self.lanes.remove(name);
        } else {
            self.place(name);
        }
    }

    /// Takes a lane out of where it stands.
    pub(super) fn take_away(&mut self, name: &Arc<str>, due: i64) {
        self.ready.retain(|other| other != name);
        self.suspects.retain(|other| other != name);
        self.waiting.remove(&(due, name.clone()));
    }

    /// Puts a lane that is not leased where its head belongs.
    pub(super) fn place(&mut self, name: &Arc<str>) {
        let Some(head) = self.lanes.get(name).and_then(|lane| lane.entries.front()) else { return };
        if head.due <= 0 {
            self.queue(name);
        } else {
            self.waiting.insert((head.due, name.clone()));
        }
    }

    /// Everything that waits is due so much sooner.
    pub(super) fn sooner(&mut self, by: i64) {
        let sooner = |due: i64| if due > 0 { due.saturating_sub(by).max(1) } else { due };
        for entry in self.lanes.values_mut().flat_map(|lane| &mut lane.entries) {
            entry.due = sooner(entry.due);
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting = waiting.into_iter().map(|(due, name)| (sooner(due), name)).collect();
    }

    /// It is this lane's turn.
    pub(super) fn queue(&mut self, name: &Arc<str>) {
        let Some(head) = self.lanes.get(name).and_then(|lane| lane.entries.front()) else { return };
        match head.crashes {
            0 => self.ready.push_back(name.clone()),
            _ => self.suspects.push_back(name.clone()),
        }
    }
}
