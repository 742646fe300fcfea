#!/bin/sh
# What book.toml names for a stock `mdbook build`, which runs a preprocessor in the book's folder and a backend in its output
# folder, wherever that is.
exec cargo run -q --manifest-path "$(dirname "$0")/../../Cargo.toml" --bin book -- "$@"
