package outbox

// A State is where a delivery, an event or a job is.
type State string

// The states. An event is waiting until the fan-out; a job until it is due.
const (
	StateWaiting   State = "waiting"
	StateDue       State = "due"       // a job that is to be handed to the engine
	StatePending   State = "pending"   // a delivery that is due now or later
	StateLeased    State = "leased"    // claimed: the engine has it, or an attempt is under way
	StateDelivered State = "delivered" // the endpoint took it
	StateExhausted State = "exhausted" // given up, until it is replayed or cancelled
	StateCancelled State = "cancelled" // given up by an operator
)

// What the columns of authgen_delivery hold beyond their names:
//
//	endpoint      of an event sink its name in Config.Events
//	body          as in authgen_event; the whole event is made of it and the columns
//	created_at    when the event occurred
//	due_at        of an event sink the sequence: a place in its queue, not a time;
//	              of what waits for an earlier one of its document, held plus a time;
//	              of what is finished when that was, which is when clean-up begins to count
//	attempts      that have begun
//	state         never waiting or due
//
// and of authgen_endpoint:
//
//	next_slot_at  of an endpoint with a rate, when the next attempt may begin;
//	              of an event sink the end of the lease of the relay that feeds it
