//! What befalls cases beside the straight way that `walk` goes: one file a part of the field.

mod another_plan;
mod at_rest;
mod catalogue;
mod certificates;
mod choices;
mod consents;
mod corrections;
mod counter;
mod crash;
mod demo;
mod district;
mod ends;
mod evaluation;
mod facts;
mod fees;
mod mandates;
mod news;
mod organisations;
mod queue;
mod rights;
mod staff;
mod story;
mod supplement;
mod uploads;
mod who;
