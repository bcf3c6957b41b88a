//! What may be asked of the system: one act for each operation of the OpenAPI document, by its `operationId`.

use std::fmt;
use std::str::FromStr;

use crate::ids::BadCode;

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $($(#[$doc])* $act),*
        }

        impl Act {
            pub const ALL: &[Act] = &[$(Act::$act),*];

            /// The operation's id.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Act::$act => $name),*
                }
            }
        }
    };
}

acts! {
    // The service itself.
    Livez = "livez",
    Readyz = "readyz",
    ShowDocument = "show_document",
    ShowTokenKeys = "show_token_keys",
    ShowDemoClock = "show_demo_clock",
    SetDemoClock = "set_demo_clock",
    RunDemoJobs = "run_demo_jobs",
    MakeDemoCode = "make_demo_code",
    TakeSmsReceipt = "take_sms_receipt",
    EchoWechat = "echo_wechat",
    TakeWechatPush = "take_wechat_push",
    // Signing in.
    SignInWithWechat = "sign_in_with_wechat",
    SignInStaff = "sign_in_staff",
    SendSmsCode = "send_sms_code",
    SignInByPhone = "sign_in_by_phone",
    SignInStaffWithWechat = "sign_in_staff_with_wechat",
    BeginSignInAtProvider = "begin_sign_in_at_provider",
    SignInAtProvider = "sign_in_at_provider",
    RefreshSession = "refresh_session",
    ListSessions = "list_sessions",
    SignOut = "sign_out",
    SignOutEverywhere = "sign_out_everywhere",
    ChangePassword = "change_password",
    BeginSecondFactor = "begin_second_factor",
    ConfirmSecondFactor = "confirm_second_factor",
    RenewRecoveryCodes = "renew_recovery_codes",
    BindWechat = "bind_wechat",
    UnbindWechat = "unbind_wechat",
    // What is offered, where and when.
    ListItems = "list_items",
    ShowItem = "show_item",
    ShowForm = "show_form",
    ShowJointForm = "show_joint_form",
    ListDivisions = "list_divisions",
    ListStations = "list_stations",
    ShowStation = "show_station",
    EditStation = "edit_station",
    ShowStationMiniCode = "show_station_mini_code",
    ShowScene = "show_scene",
    ListPartners = "list_partners",
    AddPartner = "add_partner",
    ShowPartner = "show_partner",
    SavePartner = "save_partner",
    RemovePartner = "remove_partner",
    ShowYear = "show_year",
    LoadYear = "load_year",
    Plan = "plan",
    ListGrounds = "list_grounds",
    // Whether a paper is genuine.
    CheckCertificate = "check_certificate",
    ShowCertificatePage = "show_certificate_page",
    // A person's own.
    ListMessages = "list_messages",
    ListSubscriptions = "list_subscriptions",
    NoteSubscription = "note_subscription",
    ListLookups = "list_lookups",
    ShowProfile = "show_profile",
    SaveProfile = "save_profile",
    ProvePhone = "prove_phone",
    MakeIdentityCode = "make_identity_code",
    BeginFaceCheck = "begin_face_check",
    ShowFaceCheck = "show_face_check",
    ShowHousehold = "show_household",
    ListRelatives = "list_relatives",
    RecordRelative = "record_relative",
    RemoveRelative = "remove_relative",
    CopyOwnData = "copy_own_data",
    EraseOwnData = "erase_own_data",
    CheckIdentity = "check_identity",
    CorrectPerson = "correct_person",
    ListCorrections = "list_corrections",
    ConfirmCorrection = "confirm_correction",
    RefuseCorrection = "refuse_correction",
    MakeCopy = "make_copy",
    PrintCopy = "print_copy",
    RequestErasure = "request_erasure",
    ListErasures = "list_erasures",
    ConfirmErasure = "confirm_erasure",
    RefuseErasure = "refuse_erasure",
    // Cases.
    SubmitCase = "submit_case",
    ListCases = "list_cases",
    ShowCaseMiniCode = "show_case_mini_code",
    ShowCase = "show_case",
    ShowCaseHistory = "show_case_history",
    ShowCaseClock = "show_case_clock",
    ListCaseMoves = "list_case_moves",
    ShowCaseDecision = "show_case_decision",
    ShowCaseForm = "show_case_form",
    ShowCaseNotice = "show_case_notice",
    ShowCaseDocument = "show_case_document",
    SupplementCase = "supplement_case",
    WithdrawCase = "withdraw_case",
    ListCasePlans = "list_case_plans",
    ChooseCasePlan = "choose_case_plan",
    PayCaseFee = "pay_case_fee",
    EvaluateCase = "evaluate_case",
    Upload = "upload",
    ShowUpload = "show_upload",
    UnmaskCase = "unmask_case",
    // Watching what changes.
    GiveLiveTicket = "give_live_ticket",
    StreamLiveEvents = "stream_live_events",
    OpenLiveSocket = "open_live_socket",
    // Reviews, and what follows a bad one.
    ListRectifications = "list_rectifications",
    ShowRectification = "show_rectification",
    RecordContact = "record_contact",
    CloseRectification = "close_rectification",
    ShowOwnRectification = "show_own_rectification",
    RateRectification = "rate_rectification",
    ListReviewsNamingMe = "list_reviews_naming_me",
    AppealReview = "appeal_review",
    DecideAppeal = "decide_appeal",
    LookAtWords = "look_at_words",
    ShowFigures = "show_figures",
    ShowOwnFigures = "show_own_figures",
    ShowPublicFigures = "show_public_figures",
    ListPublishedReplies = "list_published_replies",
    ListFarming = "list_farming",
    LookIntoFarming = "look_into_farming",
    // The queue.
    ListWorkItems = "list_work_items",
    ListHeldWorkItems = "list_held_work_items",
    ClaimNextWorkItem = "claim_next_work_item",
    ClaimWorkItem = "claim_work_item",
    ExtendWorkItem = "extend_work_item",
    ReleaseWorkItem = "release_work_item",
    TransferWorkItem = "transfer_work_item",
    ParkWorkItem = "park_work_item",
    EscalateWorkItem = "escalate_work_item",
    AssignWorkItem = "assign_work_item",
    ListWorkItemTakers = "list_work_item_takers",
    ActOnWorkItem = "act_on_work_item",
    // Whom a station calls or visits.
    ListErrands = "list_errands",
    UnmaskErrand = "unmask_errand",
    RecordErrand = "record_errand",
    // The station floor.
    ListSlots = "list_slots",
    ShowHall = "show_hall",
    ShowHallPage = "show_hall_page",
    TakeTicket = "take_ticket",
    ListOwnTickets = "list_own_tickets",
    LeaveTicket = "leave_ticket",
    BookAppointment = "book_appointment",
    ListOwnAppointments = "list_own_appointments",
    CancelAppointment = "cancel_appointment",
    ArriveForAppointment = "arrive_for_appointment",
    ListAppointments = "list_appointments",
    BookAtCounter = "book_at_counter",
    ShowFloor = "show_floor",
    OpenWindow = "open_window",
    CloseWindow = "close_window",
    FreeWindow = "free_window",
    TakeWalkIn = "take_walk_in",
    FavourTicket = "favour_ticket",
    CallNext = "call_next",
    ActOnTicket = "act_on_ticket",
    ShowFloorRules = "show_floor_rules",
    EditFloorRules = "edit_floor_rules",
    // Watching over it.
    ListAlerts = "list_alerts",
    AcknowledgeAlert = "acknowledge_alert",
    ListOverdue = "list_overdue",
    ExportOverdue = "export_overdue",
    ListLeases = "list_leases",
    ListStationFigures = "list_station_figures",
    ListClerkFigures = "list_clerk_figures",
    ListOwnFigures = "list_own_figures",
    ShowThresholds = "show_thresholds",
    SaveThresholds = "save_thresholds",
    // Carrying.
    ListLegs = "list_legs",
    ShowCaseDelivery = "show_case_delivery",
    ClaimLeg = "claim_leg",
    GiveLegBack = "give_leg_back",
    RenewLegCodes = "renew_leg_codes",
    ConfirmHandover = "confirm_handover",
    UnmaskLeg = "unmask_leg",
    // Mandates.
    GiveMandate = "give_mandate",
    ListMandates = "list_mandates",
    SearchMandates = "search_mandates",
    ShowMandate = "show_mandate",
    RevokeMandate = "revoke_mandate",
    ListMandateActs = "list_mandate_acts",
    // Consent to the handling of sensitive data.
    ListConsentTexts = "list_consent_texts",
    ListConsents = "list_consents",
    GiveConsent = "give_consent",
    WithdrawConsent = "withdraw_consent",
    // Accounts of staff and their roles.
    ListStaff = "list_staff",
    AddStaff = "add_staff",
    ShowStaff = "show_staff",
    ChangeStaff = "change_staff",
    ResetPassword = "reset_password",
    ResetSecondFactor = "reset_second_factor",
    // The audit log.
    ListAuditEntries = "list_audit_entries",
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Act {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        Act::ALL.iter().copied().find(|act| act.name() == text).ok_or_else(|| BadCode::new("Act", text))
    }
}
