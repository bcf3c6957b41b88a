//! What is sent to somebody who watches, the same over a stream and over a socket.

use chrono::{DateTime, FixedOffset};
use domain::live::{Sequence, What};
use domain::time::offset;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::live::{Bye, Frame};

#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum FrameView {
    /// It begins after this sequence.
    Hello {
        #[schema(value_type = String)]
        sequence: Sequence,
    },
    /// Something changed: ask for it.
    Update {
        #[schema(value_type = String)]
        sequence: Sequence,
        topic: String,
        #[schema(value_type = String)]
        what: What,
        /// Of the work item, the case, the ticket.
        id: String,
        at: DateTime<FixedOffset>,
    },
    /// Something was missed: ask for everything anew.
    Reset {
        #[schema(value_type = String)]
        sequence: Sequence,
    },
    Alive {
        #[schema(value_type = String)]
        sequence: Sequence,
    },
    /// It ends.
    Bye { why: WhyView },
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyView {
    NotAllowed,
    TimeIsUp,
    Stopping,
    Replaced,
}

impl FrameView {
    pub fn name(&self) -> &'static str {
        match self {
            FrameView::Hello { .. } => "hello",
            FrameView::Update { .. } => "update",
            FrameView::Reset { .. } => "reset",
            FrameView::Alive { .. } => "alive",
            FrameView::Bye { .. } => "bye",
        }
    }

    pub fn sequence(&self) -> Option<Sequence> {
        match self {
            FrameView::Hello { sequence }
            | FrameView::Update { sequence, .. }
            | FrameView::Reset { sequence }
            | FrameView::Alive { sequence } => Some(*sequence),
            FrameView::Bye { .. } => None,
        }
    }
}

impl From<Frame> for FrameView {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Hello(sequence) => FrameView::Hello { sequence },
            Frame::Update(update) => FrameView::Update {
                sequence: update.sequence,
                topic: update.change.topic.into(),
                what: update.change.what,
                id: update.change.thing,
                at: update.at.with_timezone(&offset()),
            },
            Frame::Reset(sequence) => FrameView::Reset { sequence },
            Frame::Alive(sequence) => FrameView::Alive { sequence },
            Frame::Bye(why) => FrameView::Bye {
                why: match why {
                    Bye::NotAllowed => WhyView::NotAllowed,
                    Bye::TimeIsUp => WhyView::TimeIsUp,
                    Bye::Stopping => WhyView::Stopping,
                    Bye::Replaced => WhyView::Replaced,
                },
            },
        }
    }
}
