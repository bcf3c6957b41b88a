//! What people may ask of us about their data: a copy (个人信息保护法 45), a correction (46), their erasure (47); and the erasure that
//! comes by itself when the term is over (19).

pub mod copy;
pub mod correction;
pub mod counter;
pub mod erasure;
pub mod lapse;
pub mod retention;
