# The recipes are the CI jobs; `.ci/run` runs them in this order.

default: fmt lint test doc regions

# Formatting.
fmt:
    cargo fmt --all --check

# Clippy, warnings denied.
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# All tests, schema and layering checks among them.
test:
    cargo test --workspace

# Each feature by itself.
features:
    cargo check -p odoo-rpc --no-default-features
    cargo check -p connector-core --no-default-features
    cargo test -p connector-core --features backoff --lib
    cargo test -p odoo-rpc --all-features --doc

# Documentation, broken links denied.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

# The main job.
regions *args:
    cargo run --release --example regions -- {{args}}

# Writes the JSON Schemas anew; a test fails when they are stale.
schemas:
    cargo run -p odoo-canonical --example export-schemas

# Licences, advisories, bans; needs cargo-deny.
deny:
    cargo deny check

# Governed messages beside the raw limit of the store.
bench:
    cargo bench -p connector-benches

# Ten minutes for each fuzz target, on stable Rust.
fuzz:
    fuzz/run 600
