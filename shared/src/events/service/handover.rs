//! Leaving: whoever gives a seat up hands it to the first who waits.

use super::ending::Ending;
use super::registrar::{Decision, Registrar};
use crate::events::error::EventError;
use crate::events::model::Event;
use crate::events::registration::Registration;
use crate::events::repository::{Guard, Move};

/// Times that a seat is tried to be handed from one who leaves to the one who is next. Of many who leave at once all want the same
/// next one: who has lost twice leaves the seat free, and all that are free are offered together.
const HANDOVERS: u32 = 2;

impl Decision {
    fn with_vacancy(self, vacancy: bool) -> Self {
        match self {
            Self::Becomes(change, after) => Self::Becomes(Box::new(Move { vacancy, ..*change }), after),
            stays @ Self::Stays(_) => stays,
        }
    }
}

impl Registrar {
    /// Ends a live registration; without an ending it stays. If it has a seat, and the event still takes registrations, the first of the waitlist is offered it in
    /// the same write; if nobody waits, the write holds only while nobody does. Of many who leave at once all want the same first one,
    /// and one gets it: the others then leave their seats free under a mark, and what is free is offered in one go. Meanwhile nobody
    /// else can take it, as a newcomer gets no seat while somebody waits.
    pub(super) async fn leave(
        &self,
        event: &Event,
        ending: Option<Ending>,
        before: Registration,
        tries: u32,
    ) -> Result<Decision, EventError> {
        let Some(Ending { state, told }) = ending else { return Ok(Decision::Stays(before)) };
        let now = self.clock.now();
        let after = before.moved_to(state, now);
        let leaves_seat = before.state.holds_seat() && event.is_open(now);
        if !leaves_seat || tries >= HANDOVERS {
            let decision = self.becomes(event, Some(before), after, Guard::Nothing, told, Vec::new())?;
            return Ok(decision.with_vacancy(leaves_seat));
        }
        let heads = self.repository.heads(event.id, 1).await?;
        let guard = if heads.is_empty() { Guard::NobodyWaits } else { Guard::Open };
        self.becomes(event, Some(before), after, guard, told, heads)
    }
}
