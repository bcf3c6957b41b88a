//! Files of people and cases, in an object store (a local folder, or S3).
