//! PDF pages: certificates, notices, results.
