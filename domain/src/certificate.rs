//! Certificates (证明): filling a template, numbering, validity.
