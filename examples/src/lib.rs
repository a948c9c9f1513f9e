//! The North America region: its rules and its connectors, put together once for the demo, the node and the tests.
