//! What befalls cases beside the straight way that `walk` goes: one file a part of the field.

mod ends;
mod story;
mod supplement;

