//! Evaluation (好差评).
