//! The one place that reads the clock.
