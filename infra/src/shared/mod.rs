//! Shared state: in-process or Redis. Holds only what may be lost.
