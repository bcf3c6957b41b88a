//! Delivery (代办递送): papers moving between person and station.
