//! The routing engine (办理方案): one pure function that decides how and where a matter is best handled, and says why.
