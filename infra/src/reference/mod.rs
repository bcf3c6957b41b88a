//! The reference data that the project holds: catalogue, district, calendar.
