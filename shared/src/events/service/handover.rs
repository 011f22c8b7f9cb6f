//! Leaving an event: a seat that a user gives up goes to the first of the waitlist.

use super::ending::Ending;
use super::registrar::{Decision, Registrar};
use crate::events::error::EventError;
use crate::events::model::Event;
use crate::events::registration::Registration;
use crate::events::repository::{Precondition, SeatChange};

/// Tries to give a seat to the first of the waitlist. If many users leave at once, they all try the same first one.
/// After two lost tries the seat is left free, and all free seats are offered together.
const HANDOVERS: u32 = 2;

impl Decision {
    fn with_vacancy(self, vacancy: bool) -> Self {
        match self {
            Self::Becomes(change, after) => Self::Becomes(Box::new(SeatChange { vacancy, ..*change }), after),
            stays @ Self::Stays(_) => stays,
        }
    }
}

impl Registrar {
    /// Ends a live registration; without an ending it stays. If it has a seat and the event is open, the same write
    /// offers the seat to the first of the waitlist. If nobody waits, the write holds only while nobody does. After
    /// [`HANDOVERS`] lost tries the seat is left free under a mark, and free seats are offered in one go. Nobody else
    /// can take it meanwhile, as a new registration gets no seat while somebody waits.
    pub(super) async fn leave(
        &self,
        event: &Event,
        ending: Option<Ending>,
        before: Registration,
        tries: u32,
    ) -> Result<Decision, EventError> {
        let Some(Ending { state, notice }) = ending else { return Ok(Decision::Stays(before)) };
        let now = self.clock.now();
        let after = before.moved_to(state, now);
        let leaves_seat = before.state.holds_seat() && event.is_open(now);
        if !leaves_seat || tries >= HANDOVERS {
            let decision = self.becomes(event, Some(before), after, Precondition::Nothing, notice, Vec::new())?;
            return Ok(decision.with_vacancy(leaves_seat));
        }
        let heads = self.repository.heads(event.id, 1).await?;
        let precondition = if heads.is_empty() { Precondition::NobodyWaits } else { Precondition::Open };
        self.becomes(event, Some(before), after, precondition, notice, heads)
    }
}
