//! The case (办件): its life cycle as a functional core.
