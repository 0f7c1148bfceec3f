package faults

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/authgen/authgen"
	"github.com/authgen/authgen/internal/conformance/auth"
	"github.com/authgen/authgen/internal/conformance/triggers"
)

// A visit is one write of a desk. Number 0 opens it.
type visit struct {
	desk   auth.DeskID
	number int
}

// A stamp is the job that a visit leaves.
type stamp struct {
	Desk   auth.DeskID `json:"desk"`
	Number int         `json:"number"`
}

// JobType names the job.
func (stamp) JobType() string { return "stamp" }

// counting returns triggers that count the visits of a desk, under the lock of
// its row.
func counting() *triggers.Triggers {
	tr := &triggers.Triggers{}
	tr.Deaf.Store(true)
	tr.Desk.BeforeUpdate = func(_ context.Context, _ *auth.Tx, old auth.Desk, patch *auth.DeskPatch) error {
		patch.Visits = auth.Set(old.Visits + 1)
		return nil
	}
	return tr
}

// openDesk opens a desk, as a part of a transaction.
func openDesk(ctx context.Context, tx *auth.Tx, name string) (visit, error) {
	d, err := tx.Desk.Create(ctx, auth.DeskCreate{Name: name})
	if err != nil {
		return visit{}, err
	}
	return visit{d.ID, d.Visits}, tx.Schedule(ctx, stamp{d.ID, d.Visits})
}

// visitDesk visits a desk, as a part of a transaction.
func visitDesk(ctx context.Context, tx *auth.Tx, id auth.DeskID) (visit, error) {
	d, err := tx.Desk.Update(ctx, id, auth.DeskPatch{})
	if err != nil {
		return visit{}, err
	}
	return visit{d.ID, d.Visits}, tx.Schedule(ctx, stamp{d.ID, d.Visits})
}

// one runs a transaction of one visit.
func (p *program) one(ctx context.Context, do func(ctx context.Context, tx *auth.Tx) (visit, error)) (v visit, err error) {
	err = p.db.Tx(ctx, func(ctx context.Context, tx *auth.Tx) error {
		v, err = do(ctx, tx)
		return err
	})
	return v, err
}

// visitOf returns the visit that an event tells of.
func visitOf(e authgen.Event) (visit, error) {
	payload, err := auth.DecodeEvent(e)
	if err != nil {
		return visit{}, err
	}
	switch v := payload.(type) {
	case auth.DeskOpenedEvent:
		return visit{v.ID, v.Visits}, nil
	case auth.DeskChangedEvent:
		return visit{v.ID, v.Visits}, nil
	}
	return visit{}, fmt.Errorf("no visit leaves a %T", payload)
}

// arrivalOf returns the arrival of an event, as it came.
func arrivalOf(body []byte) (arrival, error) {
	var e authgen.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return arrival{}, err
	}
	v, err := visitOf(e)
	return arrival{visit: v, id: e.ID}, err
}
