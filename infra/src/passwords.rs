//! Staff passwords (argon2id).
