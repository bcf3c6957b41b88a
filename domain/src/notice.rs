//! The four notices (文书) of a case.
