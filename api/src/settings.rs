//! Configuration: one typed struct, read and checked once.
