//! What the words of `x-who` mean, said once more: by whose and where the thing is.

use super::cast::Kind;
use super::document::{Leave, Operation};
use super::world::{Cell, Side};

pub fn is_open(operation: &Operation, kind: Kind, cell: Cell) -> bool {
    operation.leaves.iter().any(|leave| names(leave, kind) && holds(operation, leave, kind, cell))
}

fn names(leave: &Leave, kind: Kind) -> bool {
    match leave.who.as_str() {
        "anyone" => true,
        "any_staff" => kind.is_staff(),
        who => who == kind.word(),
    }
}

fn holds(operation: &Operation, leave: &Leave, kind: Kind, cell: Cell) -> bool {
    let (here, own) = (cell.station == Side::Own, cell.person == Side::Own);
    match leave.on.as_str() {
        "whatever" => true,
        // The administrators' roles are for the whole district, the supervisor's here isn't.
        "over_the_district" => kind != Kind::Supervisor,
        // The files that are asked for belong to a case.
        "own" | "on_either_side" | "where_it_was_entered" if operation.id == "show_upload" => false,
        "whom_it_is_about" => false,
        // What is asked to be watched hangs in no hall.
        "in_a_hall" => false,
        "own" => true,
        "on_either_side" | "its_grantor" => own,
        // No mandate of this world is a guardian's, and a villager asks about themself.
        "as_guardian" => false,
        "where_it_was_entered" => here,
        // Nobody has claimed a leg.
        "carrying_it" => false,
        "of_its_people" | "on_their_own_behalf" => own,
        // Nobody handles, or reads at work, what is their own.
        // The reviews of this world name the station's own staff, and nobody who asks.
        "named_by_it" => false,
        // Of a case that isn't sealed, a supervisor alone.
        "over_rectification" => here && !own && kind == Kind::Supervisor,
        "rectifying_it" => here && !own,
        "at_its_desk" | "for_the_person" | "over_its_station" | "over_its_desk" | "at_its_step" | "on_it_now" => here && !own,
        // The system administrator's role is for the whole district.
        "at_the_station" => here || kind == Kind::SystemAdmin,
        "whose_visit_it_is" => own,
        "at_the_counter" => here,
        "at_their_counter" => here && !own,
        // Others entered the copies of this world.
        "entered_today" => false,
        "on_the_leg" => match kind {
            Kind::Villager => own,
            Kind::Courier => here,
            _staff_at_the_desk => here && !own,
        },
        // A new account is another's here: the administrator's own number isn't known to the test.
        "anothers_account" => !own || !operation.path.contains("{id}"),
        other => panic!("{} is open on a condition that this test doesn't know: {other}", operation.id),
    }
}
