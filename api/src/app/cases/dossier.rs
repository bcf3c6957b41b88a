//! A case with all that its papers name: item, person, stations. Read for printing, never kept.

use std::sync::Arc;

use domain::case::{Decision, Event, Note, Outcome, Stage, State, Subject};
use domain::catalogue::{Authority, Item, Listed, ResultForm};
use domain::certificate::Holder;
use domain::ids::{CaseId, DivisionCode, NoteId, StationCode};
use domain::notice::{
    Accepted, Asked, Concluded, Marking, Matter, NotAccepted, Outcome as Ended, Party, PartyNumber, Remedy, ResultSheet, Sheet, Supplement,
    SupplementTime, Way,
};
use domain::people::Person;
use domain::time::local_date;
use infra::store::{CaseFile, StoreError, View};
use serde::{Deserialize, Serialize};

use crate::app::Grounds;

/// Which notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// 受理通知书
    Accepted,
    /// 一次性告知书
    Supplement,
    /// 不予受理通知书
    NotAccepted,
    /// 办结通知书
    Concluded,
}

pub struct Dossier {
    pub file: CaseFile,
    pub listed: Arc<Listed>,
    pub person: Option<Person>,
    /// Who acts, or acted, for the subject.
    pub agent: Option<Person>,
    /// Names of the papers handed in.
    received: Vec<String>,
    notes: Vec<(NoteId, Note)>,
}

impl Dossier {
    pub async fn open(view: &View, grounds: &Grounds, case: CaseId) -> Result<Option<Self>, StoreError> {
        let Some(file) = view.case_file(case).await? else { return Ok(None) };
        let listed = grounds.item_at(view, &file.case.item, file.case.item_version).await?;
        let person = match file.case.subject.person() {
            Some(person) => view.person(person).await?,
            None => None,
        };
        let agent = match file.case.agent() {
            Some(agent) => view.person(agent).await?,
            None => None,
        };
        let mut notes = Vec::new();
        for id in file.record.iter().filter_map(|recorded| note_of(&recorded.event)) {
            notes.extend(view.note(id).await?.map(|note| (id, note)));
        }
        let received = view.uploads_of(case).await?.into_iter().filter_map(|upload| upload.material).collect();
        Ok(Some(Self { file, listed, person, agent, received, notes }))
    }

    fn item(&self) -> &Item {
        &self.listed.item
    }

    /// The notices that the record gives reason for.
    pub fn notices(&self) -> Vec<NoticeKind> {
        [NoticeKind::Accepted, NoticeKind::Supplement, NoticeKind::NotAccepted, NoticeKind::Concluded]
            .into_iter()
            .filter(|kind| self.event_of(*kind).is_some())
            .collect()
    }

    /// The last event that gives reason for the notice.
    fn event_of(&self, kind: NoticeKind) -> Option<&domain::case::Recorded> {
        let gives_reason = |event: &Event| match kind {
            NoticeKind::Accepted => matches!(event, Event::Accepted { .. }),
            NoticeKind::Supplement => matches!(event, Event::SupplementAsked { .. }),
            NoticeKind::NotAccepted => matches!(event, Event::NotAccepted { .. }),
            NoticeKind::Concluded => ends(event),
        };
        self.file.record.iter().rev().find(|recorded| gives_reason(&recorded.event))
    }

    /// A notice as the record stands; none where nothing gives reason for it.
    pub fn notice(&self, kind: NoticeKind, grounds: &Grounds, marking: Marking) -> Option<Sheet> {
        let recorded = self.event_of(kind)?;
        let matter = self.matter(grounds, marking, local_date(recorded.at));
        match (kind, &recorded.event) {
            (NoticeKind::Accepted, _) => Some(self.accepted(grounds).sheet(&matter)),
            (NoticeKind::Supplement, Event::SupplementAsked { note, until }) => Some(self.supplement(*note, *until).sheet(&matter)),
            (NoticeKind::NotAccepted, Event::NotAccepted { note }) => Some(self.not_accepted(*note, grounds).sheet(&matter)),
            (NoticeKind::Concluded, _) => self.concluded(grounds, local_date(recorded.at)).map(|concluded| concluded.sheet(&matter)),
            (NoticeKind::Supplement | NoticeKind::NotAccepted, _) => None,
        }
    }

    fn accepted(&self, grounds: &Grounds) -> Accepted {
        let clock = self.file.case.clock.as_ref();
        let accepted_on = clock.map_or(self.file.submitted_at, |clock| clock.started_at);
        let promise = clock.filter(|clock| clock.promised_working_days > 0).map(|clock| {
            let due = grounds.map.calendar.after_working_days(local_date(clock.started_at), clock.promised_working_days);
            (clock.promised_working_days, due.on)
        });
        Accepted { accepted_on: local_date(accepted_on), promise, fee_fen: self.item().fee_fen, received: self.received.clone() }
    }

    fn supplement(&self, note: NoteId, until: chrono::NaiveDate) -> Supplement {
        let asked = match self.note(note) {
            Some(Note::Supplement { wanted }) => {
                wanted.iter().map(|wanted| Asked { what: wanted.what.clone(), requirement: wanted.requirement.clone() }).collect()
            }
            Some(Note::Text { .. } | Note::NotAccepted { .. } | Note::Refused { .. }) | None => Vec::new(),
        };
        let after = self
            .file
            .record
            .iter()
            .any(|recorded| matches!(&recorded.event, Event::ClockStopped { reason: domain::case::StopReason::Supplement, .. }));
        let time = if after { SupplementTime::AfterAcceptance } else { SupplementTime::BeforeAcceptance };
        Supplement { asked, until, time }
    }

    fn not_accepted(&self, note: NoteId, grounds: &Grounds) -> NotAccepted {
        let (reason, go_to) = match self.note(note) {
            Some(Note::NotAccepted { reason, go_to }) => (reason.clone(), go_to.clone()),
            Some(Note::Text { .. } | Note::Supplement { .. } | Note::Refused { .. }) | None => (String::new(), None),
        };
        NotAccepted { reason, go_to, remedy: self.remedy(grounds) }
    }

    fn concluded(&self, grounds: &Grounds, on: chrono::NaiveDate) -> Option<Concluded> {
        let State::Ended { outcome } = &self.file.case.state else { return None };
        let outcome = match outcome {
            Outcome::Completed => Ended::Granted { result: self.item().result.name.clone(), way: self.way(grounds) },
            Outcome::Rejected { note } => self.rejected(*note, grounds),
            Outcome::Withdrawn => Ended::Withdrawn,
            Outcome::Lapsed => Ended::Lapsed { until: self.last_supplement_day().unwrap_or(on) },
            Outcome::NotAccepted { .. } => return None,
        };
        Some(Concluded { concluded_on: on, decided_by: self.decided_by(grounds), outcome })
    }

    fn rejected(&self, note: NoteId, grounds: &Grounds) -> Ended {
        let (reason, basis) = match self.note(note) {
            Some(Note::Refused { reason, basis }) => (reason.clone(), basis.clone()),
            Some(Note::Text { .. } | Note::Supplement { .. } | Note::NotAccepted { .. }) | None => (String::new(), None),
        };
        Ended::Rejected { reason, basis, remedy: self.remedy(grounds) }
    }

    fn last_supplement_day(&self) -> Option<chrono::NaiveDate> {
        self.file.record.iter().rev().find_map(|recorded| match &recorded.event {
            Event::SupplementAsked { until, .. } => Some(*until),
            _other => None,
        })
    }

    /// 办理结果单 of an item that isn't a certificate.
    pub fn result_sheet(&self, grounds: &Grounds, marking: Marking) -> Sheet {
        let today = local_date(grounds.now);
        let sheet = ResultSheet {
            result: self.item().result.name.clone(),
            decided_on: today,
            decided_by: self.decided_by(grounds),
            content: None,
            particulars: Vec::new(),
        };
        sheet.sheet(&self.matter(grounds, marking, today))
    }

    fn matter(&self, grounds: &Grounds, marking: Marking, dated: chrono::NaiveDate) -> Matter {
        let case = &self.file.case;
        Matter {
            case_number: case.number.to_string(),
            item_name: self.item().name.clone(),
            party: self.party(),
            applied_on: local_date(self.file.submitted_at),
            station: station_name(grounds, &case.route.accepting),
            station_phone: None,
            dated,
            marking,
        }
    }

    fn party(&self) -> Party {
        match (&self.file.case.subject, &self.person) {
            (Subject::Organisation { credit_code }, _) => {
                Party { name: self.file.organisation.clone().unwrap_or_default(), number: PartyNumber::Organisation(credit_code.clone()) }
            }
            (Subject::Person { .. } | Subject::Household { .. }, person) => Party {
                name: person.as_ref().and_then(|person| person.name.clone()).unwrap_or_default(),
                number: match person.as_ref().and_then(|person| person.citizen_id.clone()) {
                    Some(number) => PartyNumber::Citizen(number),
                    None => PartyNumber::Unknown,
                },
            },
        }
    }

    /// The person that a certificate speaks of.
    pub fn holder(&self, grounds: &Grounds) -> Holder {
        let village = Some(self.village_name(grounds));
        let Some(person) = &self.person else { return Holder { village, ..Holder::default() } };
        Holder {
            name: person.name.clone(),
            gender: person.citizen_id.as_ref().map(|number| number.gender()),
            birth_date: person.citizen_id.as_ref().map(|number| number.birth_date()),
            id_number: person.citizen_id.clone(),
            ethnicity: person.ethnicity.clone(),
            address: person.address.clone(),
            village,
        }
    }

    /// The holder as a public check shows it: the family name alone.
    pub fn masked_holder(&self) -> String {
        let name = self.party().name;
        match &self.file.case.subject {
            Subject::Organisation { .. } => name,
            Subject::Person { .. } | Subject::Household { .. } => {
                let hidden = "*".repeat(name.chars().count().saturating_sub(1));
                name.chars().take(1).chain(hidden.chars()).collect()
            }
        }
    }

    /// Whom the case is for, as screens show it: the name, and the number with most of it hidden.
    pub fn named(&self) -> (String, Option<String>) {
        let party = self.party();
        let number = match party.number {
            PartyNumber::Citizen(number) => Some(number.masked()),
            PartyNumber::Organisation(code) => Some(code.to_string()),
            PartyNumber::Unknown => None,
        };
        (party.name, number)
    }

    /// The committee in whose name a certificate is issued.
    pub fn committee(&self, grounds: &Grounds) -> String {
        let kind = if self.deciding_division().is_residents_community() { "居民委员会" } else { "村民委员会" };
        format!("{}{kind}", self.village_name(grounds))
    }

    /// The division that decides: the village of the line, else what stands for it.
    pub fn deciding_division(&self) -> DivisionCode {
        let line = &self.file.case.route.line;
        line.village.as_ref().or(line.town.as_ref()).unwrap_or(&line.district).division()
    }

    /// Town and village, as documents write a place.
    fn village_name(&self, grounds: &Grounds) -> String {
        let division = self.deciding_division();
        let name = |code: &DivisionCode| grounds.map.division(code).map(|division| division.name.clone()).unwrap_or_default();
        match division.town() {
            Some(town) if town != division => format!("{}{}", name(&town), name(&division)),
            Some(_) | None => name(&division),
        }
    }

    /// In whose name it was decided.
    fn decided_by(&self, grounds: &Grounds) -> String {
        let item = self.item();
        let outside = item.forwarding().filter(|forwarding| forwarding.town_service.is_none()).map(|f| f.department.clone());
        let decides = |stage: Stage| matches!(stage, Stage::Decide | Stage::AtOnce);
        match (item.certificate(), outside) {
            (Some(_), _) => self.committee(grounds),
            (None, Some(department)) if !item.is_instant() => department,
            (None, _) => {
                let step = self.file.case.procedure.iter().find(|step| decides(step.stage));
                step.map_or_else(|| item.department.clone(), |step| station_name(grounds, &step.desk.in_name_of))
            }
        }
    }

    fn remedy(&self, grounds: &Grounds) -> Remedy {
        let item = self.item();
        let line = &self.file.case.route.line;
        match (item.decided_at, item.forwarding()) {
            (_, Some(forwarding)) if forwarding.town_service.is_none() => Remedy::Outside { body: forwarding.department.clone() },
            (Authority::Village, _) => {
                let town = line.town.as_ref().unwrap_or(&line.district).division();
                Remedy::Village { town: grounds.map.division(&town).map(|division| division.name.clone()).unwrap_or_default() }
            }
            (Authority::Town | Authority::District, _) => Remedy::Review { reviewer: format!("{}人民政府", grounds.map.name) },
            (Authority::City | Authority::Province, _) => Remedy::Outside { body: item.department.clone() },
        }
    }

    fn way(&self, grounds: &Grounds) -> Way {
        let route = &self.file.case.route;
        match (self.item().result.form, route.give_out) {
            (ResultForm::None, _) => Way::Nothing,
            (ResultForm::Electronic, _) => Way::Electronic,
            (ResultForm::Paper | ResultForm::Both, domain::case::GiveOut::Brought) => Way::Courier,
            (ResultForm::Paper | ResultForm::Both, domain::case::GiveOut::Direct) => {
                Way::Collect { station: station_name(grounds, &route.collect_at) }
            }
        }
    }

    fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes.iter().find(|(known, _)| *known == id).map(|(_, note)| note)
    }

    /// Notes that the people of the case may read: what was asked, refused or not accepted.
    pub fn note_for_the_person(&self, event: &Event) -> Option<&Note> {
        match event {
            Event::SupplementAsked { note, .. }
            | Event::NotAccepted { note }
            | Event::Decided { decision: Decision::Refused { note } }
            | Event::AnswerRecorded { decision: Decision::Refused { note }, .. } => self.note(*note),
            _other => None,
        }
    }
}

pub fn station_name(grounds: &Grounds, code: &StationCode) -> String {
    grounds.map.station(code).map_or_else(|| code.to_string(), |station| station.name.clone())
}

fn note_of(event: &Event) -> Option<NoteId> {
    match event {
        Event::NotAccepted { note }
        | Event::SupplementAsked { note, .. }
        | Event::Decided { decision: Decision::Refused { note } }
        | Event::AnswerRecorded { decision: Decision::Refused { note }, .. } => Some(*note),
        Event::Inspected { note, .. } | Event::PublicityClosed { note, .. } | Event::Reviewed { note, .. } => *note,
        _without_a_note => None,
    }
}

fn ends(event: &Event) -> bool {
    matches!(
        event,
        Event::Completed
            | Event::Withdrawn
            | Event::ConsentWithdrawn { .. }
            | Event::Lapsed
            | Event::Decided { decision: Decision::Refused { .. } }
            | Event::AnswerRecorded { decision: Decision::Refused { .. }, .. }
    )
}
