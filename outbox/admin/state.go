package admin

// A State is where an event, a job or a delivery is.
type State string

// The states. An event is waiting until a relay puts it into the queues of its
// destinations, and a job until it is due.
const (
	StateWaiting   State = "waiting"
	StateDue       State = "due"       // a job that an engine may take
	StatePending   State = "pending"   // a delivery that is due now or later
	StateLeased    State = "leased"    // an engine has it, or an attempt is under way
	StateDelivered State = "delivered" // the endpoint took it
	StateExhausted State = "exhausted" // it is not tried again until an operator replays or cancels it
	StateCancelled State = "cancelled" // an operator gave it up
)
