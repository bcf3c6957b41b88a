//! The catalogue (事项目录): what can be asked for, under which terms. Source: `infra/data/catalogue`, after GB/T 39554.

mod item;

pub use item::*;
