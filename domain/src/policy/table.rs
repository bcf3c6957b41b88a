//! The table: a row an act, and in it whom it lets in, under which condition on what the act is about. What no row names is
//! for nobody.

use serde::Serialize;

use super::Act;
use crate::people::Role;
use Standing::*;

/// Somebody, as the table tells people apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Signed in or not.
    Anyone,
    Villager,
    /// With whatever role, or none.
    AnyStaff,
    #[serde(untagged)]
    Staff(Role),
}

/// What somebody has to be to the thing that the act is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Whatever,
    /// It is their own: their record, their list, their pools, a file that they handed in and no case has taken.
    Own,
    /// They are of the people of the case: whom it is about, who applied, who acts for them.
    OfItsPeople,
    /// They are of the people of the case, and don't act in it for another.
    OnTheirOwnBehalf,
    /// They enter at the counter what the person does on the case, or where it stands now.
    ForThePerson,
    /// They work at a desk of the case, or at the station that took it in. Of a sealed case: at a desk of it.
    AtItsDesk,
    /// They watch over a station of the case; never over a sealed one.
    OverItsStation,
    /// They rectify after its bad review, or look after that: at the station whose matter it is, neither named by the review nor close to
    /// the people of the case. Of a sealed case: of those who may open it.
    RectifyingIt,
    /// They look after the rectification, and aren't named by the review.
    OverRectification,
    /// The review is of a case that they handled.
    NamedByIt,
    /// They hold its work item, may take the step that it stands at, or watch over it; and say what for.
    OnItNow,
    /// They may take the step, or hold its lease.
    AtItsStep,
    /// They watch over the station at which the step is done; what is in the case they don't see by that.
    OverItsDesk,
    /// They work at a station of the line that the matter goes to.
    AtTheCounter,
    /// It hangs in a hall, for everybody to see.
    InAHall,
    /// Their role holds at the station.
    AtTheStation,
    /// Their role holds at the station, which is in the person's own line, and they aren't close to them.
    AtTheirCounter,
    /// The number in the row, or the booked slot, is theirs.
    WhoseVisitItIs,
    /// They entered the copy themself, today.
    EnteredToday,
    /// They gave the mandate, or hold it.
    OnEitherSide,
    /// The correction is of who they are; the request is about their data; they, or their guardian, gave or ended the consent.
    WhomItIsAbout,
    ItsGrantor,
    /// They hold the mandate, it is a guardian's, and it is live.
    AsGuardian,
    /// They entered the mandate, or work where it, the correction, the consent or the request was entered, and aren't close to whom it is about.
    WhereItWasEntered,
    /// They are the courier of the leg, from its claim to the delivery, and impartial in the case.
    CarryingIt,
    /// They give, carry or take the papers.
    OnTheLeg,
    /// Their role holds for the whole district.
    OverTheDistrict,
    /// Their role holds for the whole district, and the account is another person's.
    AnothersAccount,
}

/// One of those whom an act is open to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Leave {
    pub who: Who,
    pub on: Standing,
}

/// Who may do an act: whoever has one of these leaves.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub act: Act,
    pub to: &'static [Leave],
}

impl Row {
    /// Whether nobody need sign in for it.
    pub fn is_public(&self) -> bool {
        self.to.iter().any(|leave| leave.who == Who::Anyone)
    }
}

const ANYONE: &[Leave] = &[leave(Who::Anyone, Whatever)];

#[rustfmt::skip]
pub static TABLE: &[Row] = &[
    // The service itself.
    row(Act::Livez,               ANYONE),
    row(Act::Readyz,              ANYONE),
    row(Act::ShowDocument,        ANYONE),
    row(Act::ShowTokenKeys,       ANYONE),
    row(Act::ShowDemoClock,       ANYONE),
    row(Act::SetDemoClock,        ANYONE),
    row(Act::RunDemoJobs,         ANYONE),
    row(Act::MakeDemoCode,        ANYONE),
    // What the gateway and WeChat push proves by its signature that it is theirs.
    row(Act::TakeSmsReceipt,      ANYONE),
    row(Act::EchoWechat,          ANYONE),
    row(Act::TakeWechatPush,      ANYONE),
    // Signing in.
    row(Act::SignInWithWechat,    ANYONE),
    row(Act::SignInStaff,         ANYONE),
    row(Act::SendSmsCode,         ANYONE),
    row(Act::SignInByPhone,       ANYONE),
    row(Act::SignInStaffWithWechat, ANYONE),
    row(Act::BeginSignInAtProvider, ANYONE),
    row(Act::SignInAtProvider,    ANYONE),
    row(Act::RefreshSession,      ANYONE),
    row(Act::ListSessions,        &[villager(Own), any_staff(Own)]),
    row(Act::SignOut,             &[villager(Own), any_staff(Own)]),
    row(Act::SignOutEverywhere,   &[villager(Own), any_staff(Own)]),
    row(Act::ChangePassword,      &[any_staff(Own)]),
    row(Act::BeginSecondFactor,   &[any_staff(Own)]),
    row(Act::ConfirmSecondFactor, &[any_staff(Own)]),
    row(Act::RenewRecoveryCodes,  &[any_staff(Own)]),
    row(Act::BindWechat,          &[any_staff(Own)]),
    row(Act::UnbindWechat,        &[any_staff(Own)]),
    // What is offered, where and when.
    row(Act::ListItems,           ANYONE),
    row(Act::ShowItem,            ANYONE),
    row(Act::ShowForm,            ANYONE),
    row(Act::ShowJointForm,       ANYONE),
    row(Act::ListDivisions,       ANYONE),
    row(Act::ListStations,        ANYONE),
    row(Act::ShowStation,         ANYONE),
    row(Act::EditStation,         &[supervisor(AtTheStation), system_admin(AtTheStation)]),
    // A poster hangs where everybody scans it; a case's code opens it for who may see the case.
    row(Act::ShowStationMiniCode, &[clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::ShowScene,           ANYONE),
    row(Act::ListPartners,        ANYONE),
    row(Act::AddPartner,          &[supervisor(OverTheDistrict), system_admin(OverTheDistrict)]),
    row(Act::ShowPartner,         ANYONE),
    row(Act::SavePartner,         &[supervisor(OverTheDistrict), system_admin(OverTheDistrict)]),
    row(Act::RemovePartner,       &[supervisor(OverTheDistrict), system_admin(OverTheDistrict)]),
    row(Act::ShowYear,            ANYONE),
    row(Act::LoadYear,            &[system_admin(OverTheDistrict)]),
    row(Act::Plan,                ANYONE),
    row(Act::ListGrounds,         ANYONE),
    // Whether a paper is genuine.
    row(Act::CheckCertificate,    ANYONE),
    row(Act::ShowCertificatePage, ANYONE),
    // A person's own.
    row(Act::ListMessages,        &[villager(Own), any_staff(Own)]),
    row(Act::ListSubscriptions,   &[villager(Own)]),
    row(Act::NoteSubscription,    &[villager(Own)]),
    row(Act::ListLookups,         &[villager(Own)]),
    row(Act::ShowProfile,         &[villager(Own)]),
    row(Act::SaveProfile,         &[villager(Own)]),
    row(Act::ProvePhone,          &[villager(Own)]),
    row(Act::MakeIdentityCode,    &[villager(Own)]),
    row(Act::BeginFaceCheck,      &[villager(Own)]),
    row(Act::ShowFaceCheck,       &[villager(Own)]),
    row(Act::ShowHousehold,       &[villager(Own)]),
    row(Act::ListRelatives,       &[villager(Own)]),
    row(Act::RecordRelative,      &[villager(Own)]),
    row(Act::RemoveRelative,      &[villager(Own)]),
    row(Act::CopyOwnData,         &[villager(Own)]),
    row(Act::EraseOwnData,        &[villager(Own)]),
    row(Act::CheckIdentity,       &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::CorrectPerson,       &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ListCorrections,     &[approver(Own)]),
    row(Act::ConfirmCorrection,   &[approver(AtTheStation)]),
    row(Act::RefuseCorrection,    &[approver(AtTheStation)]),
    row(Act::MakeCopy,            &[clerk(AtTheirCounter), approver(AtTheirCounter)]),
    row(Act::PrintCopy,           &[clerk(EnteredToday), approver(EnteredToday)]),
    row(Act::RequestErasure,      &[clerk(AtTheirCounter), approver(AtTheirCounter)]),
    row(Act::ListErasures,        &[approver(Own)]),
    row(Act::ConfirmErasure,      &[approver(AtTheirCounter)]),
    row(Act::RefuseErasure,       &[approver(AtTheirCounter)]),
    // Cases. Who watches sees how a case stands, without the name, the answers and the papers.
    row(Act::SubmitCase,          &[villager(Own),         clerk(AtTheCounter), approver(AtTheCounter)]),
    row(Act::ListCases,           &[villager(Own),         clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::ShowCaseMiniCode,    &[clerk(AtItsDesk), approver(AtItsDesk)]),
    row(Act::ShowCase,            &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation)]),
    row(Act::ShowCaseHistory,     &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation)]),
    row(Act::ShowCaseClock,       &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation)]),
    row(Act::ListCaseMoves,       &[                       clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation)]),
    row(Act::ShowCaseDecision,    &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation)]),
    row(Act::ShowCaseForm,        &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk)]),
    row(Act::ShowCaseNotice,      &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk)]),
    row(Act::ShowCaseDocument,    &[villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk)]),
    row(Act::SupplementCase,      &[villager(OfItsPeople), clerk(ForThePerson), approver(ForThePerson)]),
    row(Act::WithdrawCase,        &[villager(OfItsPeople), clerk(ForThePerson), approver(ForThePerson)]),
    row(Act::ListCasePlans,       &[villager(OfItsPeople), clerk(ForThePerson), approver(ForThePerson)]),
    row(Act::ChooseCasePlan,      &[villager(OfItsPeople), clerk(ForThePerson), approver(ForThePerson)]),
    row(Act::PayCaseFee,          &[                       clerk(AtItsDesk),    approver(AtItsDesk)]),
    row(Act::EvaluateCase,        &[villager(OnTheirOwnBehalf)]),
    row(Act::Upload,              &[villager(Own),         clerk(Own),          approver(Own)]),
    row(Act::ShowUpload,          &[villager(Own),         clerk(Own),          approver(Own),
                                    villager(OfItsPeople), clerk(AtItsDesk),    approver(AtItsDesk),
                                    villager(OnEitherSide), villager(WhomItIsAbout),
                                    clerk(WhereItWasEntered), approver(WhereItWasEntered)]),
    row(Act::UnmaskCase,          &[clerk(OnItNow), approver(OnItNow), supervisor(OnItNow)]),
    // Watching what changes. Whoever comes with a ticket was asked when they got it.
    row(Act::GiveLiveTicket,      &[anyone(InAHall),       clerk(AtItsDesk),    approver(AtItsDesk),    supervisor(OverItsStation),
                                    villager(OfItsPeople), clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::StreamLiveEvents,    ANYONE),
    row(Act::OpenLiveSocket,      ANYONE),
    // Reviews, and what follows a bad one: whom it names neither rectifies nor reads it.
    row(Act::ListRectifications,  &[clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::ShowRectification,   &[clerk(RectifyingIt), approver(RectifyingIt), supervisor(RectifyingIt)]),
    row(Act::RecordContact,       &[clerk(RectifyingIt), approver(RectifyingIt), supervisor(RectifyingIt)]),
    row(Act::CloseRectification,  &[clerk(RectifyingIt), approver(RectifyingIt), supervisor(RectifyingIt)]),
    row(Act::ShowOwnRectification, &[villager(OnTheirOwnBehalf)]),
    row(Act::RateRectification,   &[villager(OnTheirOwnBehalf)]),
    row(Act::ListReviewsNamingMe, &[any_staff(Own)]),
    row(Act::AppealReview,        &[any_staff(NamedByIt), clerk(RectifyingIt), approver(RectifyingIt)]),
    row(Act::DecideAppeal,        &[supervisor(OverRectification), approver(OverRectification)]),
    row(Act::LookAtWords,         &[supervisor(OverRectification), approver(OverRectification)]),
    row(Act::ShowFigures,         &[supervisor(AtTheStation)]),
    row(Act::ShowOwnFigures,      &[any_staff(Own)]),
    row(Act::ShowPublicFigures,   ANYONE),
    row(Act::ListPublishedReplies, ANYONE),
    row(Act::ListFarming,         &[supervisor(AtTheStation)]),
    row(Act::LookIntoFarming,     &[supervisor(AtTheStation)]),
    // The queue.
    row(Act::ListWorkItems,       &[clerk(Own),       approver(Own)]),
    row(Act::ListHeldWorkItems,   &[clerk(Own),       approver(Own)]),
    row(Act::ClaimNextWorkItem,   &[clerk(Own),       approver(Own)]),
    row(Act::ClaimWorkItem,       &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::ExtendWorkItem,      &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::ReleaseWorkItem,     &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::TransferWorkItem,    &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::ParkWorkItem,        &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::EscalateWorkItem,    &[clerk(AtItsStep), approver(AtItsStep)]),
    row(Act::AssignWorkItem,      &[supervisor(OverItsDesk)]),
    row(Act::ListWorkItemTakers,  &[clerk(AtItsStep), approver(AtItsStep), supervisor(OverItsDesk)]),
    row(Act::ActOnWorkItem,       &[clerk(AtItsStep), approver(AtItsStep)]),
    // Whom a station calls or visits, since no message reached them: nobody whom the clerk is close to.
    row(Act::ListErrands,         &[clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::UnmaskErrand,        &[clerk(AtTheirCounter), approver(AtTheirCounter)]),
    row(Act::RecordErrand,        &[clerk(AtTheirCounter), approver(AtTheirCounter)]),
    // The station floor. Who waits is known by a number alone, to all who stand there.
    row(Act::ListSlots,            ANYONE),
    row(Act::ShowHall,             ANYONE),
    row(Act::ShowHallPage,         ANYONE),
    row(Act::TakeTicket,           &[villager(Own)]),
    row(Act::ListOwnTickets,       &[villager(Own)]),
    row(Act::LeaveTicket,          &[villager(WhoseVisitItIs), clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::BookAppointment,      &[villager(Own)]),
    row(Act::ListOwnAppointments,  &[villager(Own)]),
    row(Act::CancelAppointment,    &[villager(WhoseVisitItIs), clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ArriveForAppointment, &[villager(WhoseVisitItIs), clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ListAppointments,     &[clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::BookAtCounter,        &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ShowFloor,            &[clerk(AtTheStation), approver(AtTheStation), supervisor(AtTheStation)]),
    row(Act::OpenWindow,           &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::CloseWindow,          &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::FreeWindow,           &[supervisor(AtTheStation)]),
    row(Act::TakeWalkIn,           &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::FavourTicket,         &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::CallNext,             &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ActOnTicket,          &[clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::ShowFloorRules,       &[supervisor(AtTheStation), system_admin(AtTheStation)]),
    row(Act::EditFloorRules,       &[supervisor(AtTheStation), system_admin(AtTheStation)]),
    // Watching over it. Figures about clerks are for those who watch over them, and for each about themself.
    row(Act::ListAlerts,          &[supervisor(Own)]),
    row(Act::AcknowledgeAlert,    &[supervisor(OverItsDesk)]),
    row(Act::ListOverdue,         &[supervisor(Own)]),
    row(Act::ExportOverdue,       &[supervisor(Own)]),
    row(Act::ListLeases,          &[supervisor(Own)]),
    row(Act::ListStationFigures,  &[supervisor(Own)]),
    row(Act::ListClerkFigures,    &[supervisor(AtTheStation)]),
    row(Act::ListOwnFigures,      &[clerk(Own), approver(Own)]),
    row(Act::ShowThresholds,      &[any_staff(Own)]),
    row(Act::SaveThresholds,      &[supervisor(OverTheDistrict), system_admin(OverTheDistrict)]),
    // Carrying.
    row(Act::ListLegs,            &[courier(Own)]),
    row(Act::ShowCaseDelivery,    &[villager(OnTheLeg), clerk(OnTheLeg), approver(OnTheLeg), courier(OnTheLeg)]),
    row(Act::ClaimLeg,            &[courier(OnTheLeg)]),
    row(Act::GiveLegBack,         &[courier(OnTheLeg)]),
    row(Act::RenewLegCodes,       &[courier(OnTheLeg)]),
    row(Act::ConfirmHandover,     &[villager(OnTheLeg), clerk(OnTheLeg), approver(OnTheLeg), courier(OnTheLeg)]),
    row(Act::UnmaskLeg,           &[courier(CarryingIt)]),
    // Mandates.
    row(Act::GiveMandate,         &[villager(Own),          clerk(AtTheStation),      approver(AtTheStation)]),
    row(Act::ListMandates,        &[villager(Own)]),
    row(Act::SearchMandates,      &[                        clerk(AtTheStation),      approver(AtTheStation)]),
    row(Act::ShowMandate,         &[villager(OnEitherSide), clerk(WhereItWasEntered), approver(WhereItWasEntered)]),
    row(Act::RevokeMandate,       &[villager(OnEitherSide), clerk(AtTheStation),      approver(AtTheStation)]),
    row(Act::ListMandateActs,     &[villager(ItsGrantor)]),
    // Consent to the handling of sensitive data: one's own, a ward's, or that of somebody who is before the clerk.
    row(Act::ListConsentTexts,    ANYONE),
    row(Act::ListConsents,        &[villager(Own)]),
    row(Act::GiveConsent,         &[villager(Own), villager(AsGuardian), clerk(AtTheStation), approver(AtTheStation)]),
    row(Act::WithdrawConsent,     &[villager(Own), villager(AsGuardian), clerk(AtTheStation), approver(AtTheStation)]),
    // Accounts of staff and their roles.
    row(Act::ListStaff,           &[security_admin(OverTheDistrict)]),
    row(Act::AddStaff,            &[security_admin(AnothersAccount)]),
    row(Act::ShowStaff,           &[security_admin(OverTheDistrict)]),
    row(Act::ChangeStaff,         &[security_admin(AnothersAccount)]),
    row(Act::ResetPassword,       &[security_admin(AnothersAccount)]),
    row(Act::ResetSecondFactor,   &[security_admin(AnothersAccount)]),
    // The audit log.
    row(Act::ListAuditEntries,    &[audit_admin(OverTheDistrict)]),
];

/// The row of an act; none, and so nobody, where the table lacks it.
pub fn row_of(act: Act) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.act == act)
}

const fn row(act: Act, to: &'static [Leave]) -> Row {
    Row { act, to }
}

const fn leave(who: Who, on: Standing) -> Leave {
    Leave { who, on }
}

const fn anyone(on: Standing) -> Leave {
    leave(Who::Anyone, on)
}

const fn villager(on: Standing) -> Leave {
    leave(Who::Villager, on)
}

const fn any_staff(on: Standing) -> Leave {
    leave(Who::AnyStaff, on)
}

const fn clerk(on: Standing) -> Leave {
    leave(Who::Staff(Role::Clerk), on)
}

const fn approver(on: Standing) -> Leave {
    leave(Who::Staff(Role::Approver), on)
}

const fn courier(on: Standing) -> Leave {
    leave(Who::Staff(Role::Courier), on)
}

const fn supervisor(on: Standing) -> Leave {
    leave(Who::Staff(Role::Supervisor), on)
}

const fn system_admin(on: Standing) -> Leave {
    leave(Who::Staff(Role::SystemAdmin), on)
}

const fn audit_admin(on: Standing) -> Leave {
    leave(Who::Staff(Role::AuditAdmin), on)
}

const fn security_admin(on: Standing) -> Leave {
    leave(Who::Staff(Role::SecurityAdmin), on)
}
