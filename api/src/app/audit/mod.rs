//! What goes into the audit log, and reading it. An act of administration is logged in its own unit; a look and an unmasked read are
//! committed before the answer leaves; refusals are gathered and written a moment later ([`Refusals`]).

mod refusals;

use domain::audit::{Deed, Entry, Office, On, Thing, Who};
use domain::case::{Case, office_in};
use domain::consent::Consent;
use domain::correction::Correction;
use domain::counter_request::CounterRequest;
use domain::ids::{PersonId, StationCode};
use domain::mandate::Mandate;
use domain::people::{Role, Staff};
use domain::policy::Actor;
use infra::store::{AuditFilter, Logged, StoreError};

pub use refusals::{Refusals, Ripe};

use super::App;
use super::cases::on;

/// What a staff member does to a case, or to a thing of it.
pub fn done_in_case(app: &App, staff: &Staff, case: &Case, (deed, thing): (Deed, Thing)) -> Entry {
    let who = Who::staff(staff, office_in(staff, case));
    Entry::done(app.clock.now(), who, deed, on(case, thing))
}

impl App {
    /// Writes an entry by itself. What changes something logs it in its own unit, with `Tx::audit`.
    pub async fn audit(&self, entry: Entry) -> Result<(), StoreError> {
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.audit(&entry).await })).await
    }

    /// Notes that staff looked into a thing of a case. What people read of their own isn't noted.
    pub async fn note_look(&self, actor: Actor<'_>, case: &Case, thing: Thing) -> Result<(), StoreError> {
        match actor {
            Actor::Anyone | Actor::Villager(..) => Ok(()),
            Actor::Staff(staff) => self.audit(done_in_case(self, staff, case, (Deed::Look, thing))).await,
        }
    }

    /// Notes that staff looked at the paper of a mandate: it is about whoever gave it.
    pub async fn note_look_at_mandate(&self, actor: Actor<'_>, mandate: &Mandate, thing: Thing) -> Result<(), StoreError> {
        let station = mandate.entered_by.as_ref().map(|at| &at.station);
        self.note_look_at_paper(actor, station, On::person(thing, mandate.grantor)).await
    }

    /// Notes that staff looked at the scan behind a correction.
    pub async fn note_look_at_correction(&self, actor: Actor<'_>, correction: &Correction, thing: Thing) -> Result<(), StoreError> {
        self.note_look_at_paper(actor, Some(&correction.by.station), On::person(thing, correction.person)).await
    }

    /// Notes that staff looked at the paper on which somebody agreed, or took it back.
    pub async fn note_look_at_consent(&self, actor: Actor<'_>, consent: &Consent, thing: Thing) -> Result<(), StoreError> {
        let station = consent.said().find_map(|said| said.entered.as_ref()).map(|entered| &entered.at.station);
        self.note_look_at_paper(actor, station, On::person(thing, consent.person)).await
    }

    /// Notes that staff looked at what somebody showed who asked about their data.
    pub async fn note_look_at_request(&self, actor: Actor<'_>, request: &CounterRequest, thing: Thing) -> Result<(), StoreError> {
        self.note_look_at_paper(actor, Some(&request.by.station), On::person(thing, request.person)).await
    }

    async fn note_look_at_paper(&self, actor: Actor<'_>, station: Option<&StationCode>, on: On) -> Result<(), StoreError> {
        let Actor::Staff(staff) = actor else { return Ok(()) };
        let office = station.map(|station| Office { role: Role::Clerk, station: station.clone() });
        self.audit(Entry::done(self.clock.now(), Who::staff(staff, office), Deed::Look, on)).await
    }

    /// Writes the refusals that wait. What couldn't be written waits on.
    pub async fn write_refusals(&self, ripe: Ripe) -> Result<(), StoreError> {
        let entries = self.refusals.take(ripe, std::time::Instant::now());
        if entries.is_empty() {
            return Ok(());
        }
        let unit = entries.clone();
        let written: Result<(), StoreError> =
            self.store.write(self.district(), move |tx| Box::pin(async move { tx.audit_all(&unit).await })).await;
        if written.is_err() {
            self.refusals.give_back(entries);
        }
        written
    }

    /// A page of the log, newest first, with all that was refused until now.
    pub async fn audit_log(&self, filter: &AuditFilter, before: Option<u64>, limit: u64) -> Result<(Vec<Logged>, u64), StoreError> {
        self.write_refusals(Ripe::All).await?;
        self.store.read(self.district()).audit_page(filter, before, limit).await
    }

    /// Who saw a person's data, newest first.
    pub async fn lookups(&self, person: PersonId, before: Option<u64>, limit: u64) -> Result<(Vec<Logged>, u64), StoreError> {
        let filter = AuditFilter { touched: Some(person), deeds: Deed::LOOKS.to_vec(), done: true, ..AuditFilter::default() };
        self.store.read(self.district()).audit_page(&filter, before, limit).await
    }
}
