//! A QR code as a grid of dark and light modules, so that it is drawn as vectors.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

use super::PaperError;

/// White modules around the code without which scanners miss it. Source: ISO/IEC 18004.
pub(super) const QUIET_MODULES: u16 = 4;

#[derive(Debug, Clone)]
pub(super) struct Code {
    pub address: String,
    /// Modules a side, without the quiet zone.
    pub side: u16,
    /// Column and row of every dark module.
    pub dark: Vec<(u16, u16)>,
}

impl Code {
    /// Medium correction: a folded or stained paper still scans.
    pub fn new(address: &str) -> Result<Self, PaperError> {
        let code = QRBuilder::new(address).ecl(ECL::M).build().map_err(PaperError::Qr)?;
        let rows = code.data.chunks(code.size).take(code.size);
        let dark = (0..).zip(rows).flat_map(|(row, modules)| {
            (0..).zip(modules).filter(|(_, module)| module.value()).map(move |(column, _)| (column, row)).collect::<Vec<_>>()
        });
        Ok(Self { address: address.to_owned(), side: u16::try_from(code.size).unwrap_or_default(), dark: dark.collect() })
    }
}
