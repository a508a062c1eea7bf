# `just --list` is the manual.

# Start the sandbox: chain, miner, gateway, wallet, explorer.
sandbox *args:
    cargo run --release -- sandbox {{args}}

# Play the main story against a running sandbox.
demo *args:
    cargo run --release -- demo {{args}}

# Everything a change must pass before it lands.
ci: fmt lint test doc

# Format check.
fmt:
    cargo fmt --all --check

# Lints are errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# All tests.
test:
    cargo test --workspace

# Documentation builds without warnings.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
