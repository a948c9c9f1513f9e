//! Status machines: the states of a document and the steps between them, as data that programs and pages can read.

/// The states of an object and the steps between them. The first state is where a new document begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusMachine {
    /// The name of the enum in the code, for example `OrderStatus`.
    pub name: &'static str,
    /// All states, in the order in which they are usually passed.
    pub states: &'static [State],
}

/// One state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The name as it travels.
    pub name: &'static str,
    /// What it means, in words.
    pub text: &'static str,
    /// The states that may follow at once.
    pub next: &'static [&'static str],
}

impl StatusMachine {
    /// The state of a name.
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// Whether a document that was in one state may be found in another. Staying is allowed, and so is skipping states,
    /// for a source is not seen at every moment; a way that the machine has not, is not.
    pub fn may_become(&self, from: &str, to: &str) -> bool {
        if self.state(from).is_none() || self.state(to).is_none() {
            return false;
        }
        let (mut seen, mut open) = (vec![from], vec![from]);
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            for next in self.state(name).map_or(&[][..], |state| state.next) {
                if !seen.contains(next) {
                    seen.push(next);
                    open.push(next);
                }
            }
        }
        false
    }
}

impl State {
    /// Whether nothing can follow.
    pub fn is_final(&self) -> bool {
        self.next.is_empty()
    }
}

/// Declares a closed list of states: name on the wire, and the states that may follow. The states are ours, so a mapper
/// must decide what a foreign state means, or refuse the document.
macro_rules! states {
    (
        $(#[$meta:meta])*
        $type:ident {
            $( $(#[doc = $doc:literal])+ $state:ident = $name:literal -> [$($next:ident)*], )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $type {
            $( $(#[doc = $doc])+ #[serde(rename = $name)] $state, )+
        }

        impl $type {
            /// All states.
            pub const ALL: &'static [Self] = &[$( Self::$state, )+];

            /// The names of all states.
            pub const NAMES: &'static [&'static str] = &[$( $name, )+];

            /// The states and the steps between them, as data.
            pub const MACHINE: $crate::StatusMachine = $crate::StatusMachine {
                name: stringify!($type),
                states: &[$( $crate::State {
                    name: $name,
                    text: concat!($($doc),+),
                    next: &[$( Self::$next.as_str() ),*],
                }, )+],
            };

            /// The name as it travels.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$state => $name, )+ }
            }

            /// The states that may follow at once.
            pub fn next(self) -> &'static [Self] {
                match self { $( Self::$state => &[$( Self::$next ),*], )+ }
            }

            /// Whether a document in this state may later be found in another; see
            /// [`StatusMachine::may_become`]($crate::StatusMachine::may_become).
            pub fn may_become(self, next: Self) -> bool {
                Self::MACHINE.may_become(self.as_str(), next.as_str())
            }

            /// Whether nothing can follow.
            pub fn is_final(self) -> bool {
                self.next().is_empty()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::{ObjectKind, object::OrderStatus};

    #[test]
    fn every_machine_is_whole() {
        for kind in ObjectKind::ALL {
            let Some(machine) = kind.status_machine() else { continue };
            let first = machine.states.first().unwrap();
            for state in machine.states {
                assert!(state.next.iter().all(|next| machine.state(next).is_some()), "{kind}: {state:?}");
                assert!(!state.next.contains(&state.name), "{kind}: {state:?} follows itself");
                assert!(
                    machine.may_become(first.name, state.name),
                    "{kind}: nothing leads to {}",
                    state.name
                );
                assert!(!state.text.trim().is_empty());
                // From everywhere there is an end.
                let ends = |end: &&crate::State| end.is_final() && machine.may_become(state.name, end.name);
                assert!(machine.states.iter().any(|end| ends(&end)), "{kind}: no end from {}", state.name);
            }
            assert!(!machine.may_become("nowhere", first.name));
        }
    }

    #[test]
    fn orders_go_forward_only() {
        use OrderStatus::*;
        assert!(Submitted.may_become(Accepted));
        assert!(Accepted.may_become(Shipped));
        assert!(Accepted.may_become(Cancelled));
        assert!(!Shipped.may_become(Cancelled));
        assert!(!PartiallyShipped.may_become(Cancelled));
        assert!(!Accepted.may_become(Rejected));
        assert!(!Accepted.may_become(Draft));
        for status in OrderStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
