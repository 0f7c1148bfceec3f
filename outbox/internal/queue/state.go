package queue

// A State is where an event, a job or a delivery is.
type State string

// The states. An event is waiting until a relay puts it into the queues of its
// destinations, and a job until it is due.
const (
	Waiting   State = "waiting"
	Due       State = "due"
	Pending   State = "pending"
	Leased    State = "leased"
	Delivered State = "delivered"
	Exhausted State = "exhausted"
	Cancelled State = "cancelled"
)
