//! How a case looks to whoever may read it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::case::{Event, Note, Outcome, Sight, State, Subject};
use domain::certificate::{CertificateNumber, CertificateStatus};
use domain::ids::StationCode;
use domain::time::local_date;
use infra::store::{CaseFile, CaseLine, Document, IssuedCertificate};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::Grounds;
use crate::app::cases::{Dossier, NoticeKind, station_name};
pub use crate::http::instant::shown;
use crate::http::mask;
use crate::http::words::{Mode, Satisfaction, Stage};
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLineView {
    pub id: Uuid,
    #[schema(example = "511499-20260914-00042-2")]
    number: String,
    #[schema(example = "C001")]
    item: String,
    item_version: u32,
    item_name: String,
    /// The stage that it stands at.
    stage: Option<Stage>,
    /// `awaiting_papers`, `open`, `supplementing`, `publicising`, `paused`, `on_the_way` or `ended`.
    state: String,
    /// `completed`, `rejected`, `withdrawn`, `not_accepted` or `lapsed`.
    outcome: Option<String>,
    due_on: Option<NaiveDate>,
    /// Somebody acts, or acted, for the subject.
    by_agent: bool,
    submitted_at: DateTime<FixedOffset>,
    ended_at: Option<DateTime<FixedOffset>>,
}

pub fn line(line: &CaseLine, grounds: &Grounds) -> CaseLineView {
    CaseLineView {
        id: line.id.as_uuid(),
        number: line.number.clone(),
        item_name: item_name(&line.item, grounds),
        item: line.item.clone(),
        item_version: line.item_version,
        stage: line.stage.map(Stage::from),
        state: line.state.clone(),
        outcome: line.outcome.clone(),
        due_on: line.due_on,
        by_agent: line.by_agent,
        submitted_at: shown(line.submitted_at),
        ended_at: line.ended_at.map(shown),
    }
}

pub fn item_name(code: &str, grounds: &Grounds) -> String {
    let listed = code.parse().ok().and_then(|code| grounds.catalogue.catalogue.item(&code).cloned());
    listed.map_or_else(|| code.to_owned(), |listed| listed.item.name.clone())
}

pub fn line_of_file(file: &CaseFile, grounds: &Grounds) -> CaseLineView {
    line(&file.line(&grounds.map.calendar, grounds.now), grounds)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    #[serde(flatten)]
    line: CaseLineView,
    mode: Mode,
    mode_name: &'static str,
    /// Where it stands, in a sentence.
    status: String,
    subject: SubjectView,
    /// Who acts for the subject.
    agent: Option<AgentView>,
    accepting: StationRef,
    /// Where it is being handled now.
    station: Option<StationRef>,
    steps: Vec<StepView>,
    accepted_at: Option<DateTime<FixedOffset>>,
    /// Working days left of the promise; below zero when late. None before acceptance, and once the case ended.
    working_days_left: Option<i64>,
    /// The day rests on a year whose holidays aren't published yet.
    provisional: bool,
    fee: Option<FeeView>,
    documents: Vec<DocumentView>,
    certificate: Option<IssuedView>,
    #[schema(value_type = Vec<String>)]
    notices: Vec<NoticeKind>,
    /// What is open in the queue, for staff.
    work_item: Option<Uuid>,
    evaluation: Option<Satisfaction>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StationRef {
    pub code: String,
    pub name: String,
}

impl StationRef {
    pub fn of(code: &StationCode, grounds: &Grounds) -> Self {
        Self { code: code.to_string(), name: station_name(grounds, code) }
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// `person`, `household` or `organisation`.
    kind: &'static str,
    name: String,
    /// A citizen ID number with most of it hidden, or a credit code.
    number: Option<String>,
}

impl SubjectView {
    fn without_the_person(self) -> Self {
        match self.kind {
            "organisation" => self,
            _a_person_or_a_household => Self { name: mask::name(&self.name), number: None, ..self },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AgentView {
    name: String,
    mandate: Uuid,
    /// The last day of the mandate.
    until: NaiveDate,
    /// Whether they may still act.
    acts: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    stage: Stage,
    name: &'static str,
    station: StationRef,
    /// In whose name it is done, where that is another station.
    in_name_of: Option<StationRef>,
    /// `done`, `current` or `to_come`.
    progress: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FeeView {
    due_fen: i64,
    receipt_no: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentView {
    id: Uuid,
    name: String,
    media_type: String,
    size: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedView {
    number: String,
    issued_on: NaiveDate,
    valid_until: Option<NaiveDate>,
    #[schema(value_type = String)]
    status: CertificateStatus,
    /// Where anybody may check it.
    check_url: String,
}

/// What a view needs beside the dossier.
pub struct Extras {
    pub documents: Vec<Document>,
    pub certificate: Option<(IssuedCertificate, String)>,
    pub evaluation: Option<domain::evaluation::Satisfaction>,
    /// For staff alone.
    pub work_item: Option<domain::ids::WorkItemId>,
}

pub fn case(dossier: &Dossier, extras: Extras, grounds: &Grounds) -> CaseView {
    let (file, item) = (&dossier.file, &dossier.listed.item);
    let (case, current) = (&file.case, file.case.current().map(|(_, step)| step));
    let due = file.due(&grounds.map.calendar, grounds.now);
    CaseView {
        line: line_of_file(file, grounds),
        mode: case.route.mode.into(),
        mode_name: wording::mode(case.route.mode),
        status: wording::state(&case.state, current.map(|step| step.stage)),
        subject: subject(dossier),
        agent: agent(dossier, grounds),
        accepting: StationRef::of(&case.route.accepting, grounds),
        station: current.map(|step| StationRef::of(&step.desk.station, grounds)),
        steps: steps(file, grounds),
        accepted_at: case.clock.as_ref().map(|clock| shown(clock.started_at)),
        working_days_left: working_days_left(file, grounds),
        provisional: due.is_some_and(|due| due.provisional),
        fee: (item.fee_fen > 0).then(|| FeeView { due_fen: item.fee_fen, receipt_no: case.fee.as_ref().map(|fee| fee.receipt_no.clone()) }),
        documents: extras.documents.into_iter().map(document).collect(),
        certificate: extras.certificate.map(|(issued, check_url)| certificate(&issued, check_url, grounds)),
        notices: dossier.notices(),
        work_item: extras.work_item.map(|item| item.as_uuid()),
        evaluation: extras.evaluation.map(Satisfaction::from),
    }
}

impl CaseView {
    /// As much of it as somebody sees: who watches over it sees how it stands, and no more of the person than the family name.
    pub fn as_seen(self, sight: Sight) -> Self {
        match sight {
            Sight::Whole => self,
            Sight::Figures => {
                Self { subject: self.subject.without_the_person(), documents: Vec::new(), certificate: None, notices: Vec::new(), ..self }
            }
        }
    }
}

/// A promise that was kept or broken is no longer counted down.
fn working_days_left(file: &CaseFile, grounds: &Grounds) -> Option<i64> {
    match file.case.state {
        State::Ended { .. } => None,
        State::AwaitingPapers
        | State::Open { .. }
        | State::Supplementing { .. }
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay => {
            let clock = file.case.clock.as_ref()?;
            Some(clock.working_days_left(&grounds.map.calendar, grounds.now))
        }
    }
}

fn subject(dossier: &Dossier) -> SubjectView {
    let kind = match dossier.file.case.subject {
        Subject::Person { .. } => "person",
        Subject::Household { .. } => "household",
        Subject::Organisation { .. } => "organisation",
    };
    let (name, number) = dossier.named();
    SubjectView { kind, name, number }
}

fn agent(dossier: &Dossier, grounds: &Grounds) -> Option<AgentView> {
    let case = &dossier.file.case;
    let agency = case.agency.as_ref()?;
    let name = dossier.agent.as_ref().and_then(|agent| agent.name.clone()).unwrap_or_default();
    let acts = case.acting_agent(grounds.today()).is_some();
    Some(AgentView { name, mandate: agency.mandate.as_uuid(), until: agency.until, acts })
}

fn steps(file: &CaseFile, grounds: &Grounds) -> Vec<StepView> {
    let case = &file.case;
    let at = match (&case.state, case.current()) {
        (State::Ended { outcome: Outcome::Completed }, _) => case.procedure.len(),
        (_, Some((at, _))) => at,
        (State::OnTheWay, None) => case.procedure.len().saturating_sub(1),
        (_, None) => 0,
    };
    let view = |(place, step): (usize, &domain::case::Step)| StepView {
        stage: step.stage.into(),
        name: wording::stage(step.stage),
        station: StationRef::of(&step.desk.station, grounds),
        in_name_of: (step.desk.in_name_of != step.desk.station).then(|| StationRef::of(&step.desk.in_name_of, grounds)),
        progress: match place.cmp(&at) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "current",
            std::cmp::Ordering::Greater => "to_come",
        },
    };
    case.procedure.iter().enumerate().map(view).collect()
}

fn document(document: Document) -> DocumentView {
    let Document { id, name, file, .. } = document;
    DocumentView { id: id.as_uuid(), name, media_type: file.media_type, size: file.size }
}

fn certificate(issued: &IssuedCertificate, check_url: String, grounds: &Grounds) -> IssuedView {
    let number: &CertificateNumber = &issued.number;
    IssuedView {
        number: number.to_string(),
        issued_on: issued.issued_on,
        valid_until: issued.valid_until,
        status: domain::certificate::status(issued.valid_until, &issued.standing, local_date(grounds.now)),
        check_url,
    }
}

/// One line of a case's history, for its owner to read.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryLine {
    seq: usize,
    at: DateTime<FixedOffset>,
    who: &'static str,
    /// What happened, in plain Chinese.
    sentence: String,
    /// What was asked for, or why something was refused.
    #[schema(value_type = Option<serde_json::Value>)]
    note: Option<Note>,
}

/// The words of notes are for the people of the case and for those who work on it.
pub fn history(dossier: &Dossier, sight: Sight, grounds: &Grounds) -> Vec<HistoryLine> {
    let name = |code: &StationCode| station_name(grounds, code);
    let note = |event: &Event| match sight {
        Sight::Whole => dossier.note_for_the_person(event).cloned(),
        Sight::Figures => None,
    };
    let line = |(place, recorded): (usize, &domain::case::Recorded)| HistoryLine {
        seq: place + 1,
        at: shown(recorded.at),
        who: wording::who_did(&recorded.by, dossier.file.case.agent()),
        sentence: wording::said(&recorded.event, &name),
        note: note(&recorded.event),
    };
    dossier.file.record.iter().enumerate().map(line).collect()
}
