//! `check-config`: what holds, and why.

use super::{Place, print};

pub fn check_config(place: &Place) -> anyhow::Result<()> {
    for setting in place.load()?.effective() {
        print(&format!("{} = {}  # {}", setting.key, setting.value, setting.origin))?;
    }
    Ok(())
}
