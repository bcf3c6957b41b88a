//! A hall as it stands: who waits, who is called to which window, which windows work, and how long it takes.

use chrono::Duration;
use domain::catalogue::ItemKind;
use domain::district::Station;
use domain::floor::{Pace, Paces, Ticket, TicketState, Window, wait_for};
use domain::ids::StationCode;
use infra::store::{StoreError, View};

use crate::app::Grounds;

#[derive(Debug, Clone)]
pub struct Hall {
    pub station: StationCode,
    /// Those that have not ended, in the order of the row.
    pub tickets: Vec<Ticket>,
    /// Those that are open, by number.
    pub windows: Vec<Window>,
    pub paces: Paces,
}

/// A number with its place in the row, while it waits.
#[derive(Debug, Clone)]
pub struct InTheRow {
    pub ticket: Ticket,
    pub ahead: Option<Ahead>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    pub people: usize,
    pub wait: Duration,
}

impl Hall {
    pub async fn of(view: &View, grounds: &Grounds, station: &Station) -> Result<Self, StoreError> {
        let code = &station.code;
        let known = view.paces_at(code).await?;
        Ok(Self {
            station: code.clone(),
            tickets: view.live_tickets(code).await?,
            windows: view.open_windows(code).await?,
            paces: Paces { known, usual: usual_pace(grounds, station) },
        })
    }

    pub fn waiting(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.iter().filter(|ticket| ticket.state == TicketState::Waiting)
    }

    /// Those who are called or being served, by window.
    pub fn at_windows(&self) -> Vec<&Ticket> {
        let mut called: Vec<_> = self.tickets.iter().filter(|ticket| ticket.called().is_some()).collect();
        called.sort_by_key(|ticket| ticket.called().map(|called| called.window));
        called
    }

    pub fn waiting_for(&self, kind: ItemKind) -> usize {
        self.waiting().filter(|ticket| ticket.number.kind == kind).count()
    }

    /// How long somebody would wait who came now with a matter of this kind.
    pub fn wait_now(&self, kind: ItemKind) -> Duration {
        self.wait_behind(kind, self.waiting())
    }

    /// The same for whatever they came with that takes longest.
    pub fn longest_wait_now(&self) -> Duration {
        ItemKind::ALL.into_iter().map(|kind| self.wait_now(kind)).max().unwrap_or_default()
    }

    pub fn in_the_row(&self, ticket: Ticket) -> InTheRow {
        let waits = ticket.state == TicketState::Waiting;
        let key = |ticket: &Ticket| (ticket.rank_at, ticket.id);
        let before = || self.waiting().filter(|other| key(other) < key(&ticket));
        let ahead = waits.then(|| Ahead { people: before().count(), wait: self.wait_behind(ticket.number.kind, before()) });
        InTheRow { ahead, ticket }
    }

    fn wait_behind<'t>(&self, kind: ItemKind, tickets: impl Iterator<Item = &'t Ticket>) -> Duration {
        let serve: Vec<_> = self.windows.iter().map(|window| &window.serves).collect();
        wait_for(kind, tickets.map(|ticket| ticket.number.kind), &self.paces, &serve)
    }
}

/// What the settings say of a station of its level.
pub fn usual_pace(grounds: &Grounds, station: &Station) -> Pace {
    Pace::of_minutes(grounds.load.tuning.service.at(station.level))
}
