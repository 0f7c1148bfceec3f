package contest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Op is one operation, with all that it needs made ready.
type Op func(ctx context.Context) error

// A Workload is one kind of operation, done many times.
type Workload struct {
	Name, About string
	// Turn is how many operations are one turn: short, so that what disturbs
	// the machine disturbs all contestants alike.
	Turn int
	// seed stores the rows that are there before the race.
	seed func(ctx context.Context, b *Base) error
	// ready stores, without the clock running, the rows that operations need
	// from the i-th on, which are n.
	ready func(ctx context.Context, b *Base, i, n int) error
	// op returns the i-th operation.
	op func(c Contestant, i int) Op
}

// How many rows there are before a race.
const (
	seededUsers    = 500
	sessionsOfUser = 100
)

// Workloads are those of the goals, in their order.
var Workloads = []Workload{
	{
		Name: "W1", About: "create, no triggers", Turn: 20,
		seed: someUsers,
		op: func(c Contestant, i int) Op {
			in := NewUser{Name: "Ada Lovelace", Email: email(seededUsers + i), Image: image(i)}
			return func(ctx context.Context) error { return c.CreateUser(ctx, in) }
		},
	}, {
		Name: "W2", About: "create; before sets two fields; on inserts a profile", Turn: 15,
		seed: someUsers,
		op: func(c Contestant, i int) Op {
			in := NewUser{Name: "Ada Lovelace", Email: email(seededUsers + i), Image: image(i)}
			return func(ctx context.Context) error { return c.CreateUserTriggered(ctx, in) }
		},
	}, {
		Name: "W3", About: "update by id; on gets old and new, updates the profile", Turn: 15,
		seed: someUsers,
		op: func(c Contestant, i int) Op {
			user, name, image := id("user", i*7%seededUsers), fmt.Sprintf("Name %d", i), image(1+i)
			return func(ctx context.Context) error { return c.UpdateUser(ctx, user, name, image) }
		},
	}, {
		Name: "W4", About: "delete by id; on deletes the profile", Turn: 15,
		seed: someUsers,
		ready: func(ctx context.Context, b *Base, i, n int) error {
			return errors.Join(b.users(ctx, seededUsers+i, n), b.profiles(ctx, seededUsers+i, n))
		},
		op: func(c Contestant, i int) Op {
			user := id("user", seededUsers+i)
			return func(ctx context.Context) error { return c.DeleteUser(ctx, user) }
		},
	}, {
		Name: "W5", About: "find by unique email", Turn: 40,
		seed: someUsers,
		op: func(c Contestant, i int) Op {
			n := i * 7 % seededUsers
			email, name := email(n), fmt.Sprintf("User %d", n)
			return func(ctx context.Context) error {
				found, err := c.FindUser(ctx, email)
				if err == nil && (found.Name != name || !found.CreatedAt.Equal(epoch)) {
					err = fmt.Errorf("found %+v for %s", found, email)
				}
				return err
			}
		},
	}, {
		Name: "W6", About: "update 100 sessions; on gets old and new of each", Turn: 2,
		seed: func(ctx context.Context, b *Base) error {
			errs := []error{someUsers(ctx, b)}
			for user := range crowd + 1 { // the last one's stay as they are
				errs = append(errs, b.sessions(ctx, user, user*sessionsOfUser, sessionsOfUser))
			}
			return errors.Join(errs...)
		},
		op: func(c Contestant, i int) Op {
			user, until := id("user", i%crowd), epoch.Add(time.Duration(1+i)*time.Minute)
			return func(ctx context.Context) error { return c.ExtendSessions(ctx, user, until) }
		},
	}, {
		Name: "W7", About: "delete 100 sessions; on gets each", Turn: 2,
		seed: func(ctx context.Context, b *Base) error {
			return errors.Join(someUsers(ctx, b), b.sessions(ctx, seededUsers-1, 0, sessionsOfUser))
		},
		ready: func(ctx context.Context, b *Base, i, n int) error {
			var errs []error
			for i := range counted(i, n) {
				errs = append(errs, b.sessions(ctx, i%(seededUsers-1), (1+i)*sessionsOfUser, sessionsOfUser))
			}
			return errors.Join(errs...)
		},
		op: func(c Contestant, i int) Op {
			user := id("user", i%(seededUsers-1))
			return func(ctx context.Context) error { return c.EndSessions(ctx, user) }
		},
	}, {
		Name: "W8", About: "create; the on trigger fails; rolled back", Turn: 20,
		seed: someUsers,
		op: func(c Contestant, i int) Op {
			in := NewUser{Name: Refused, Email: email(seededUsers + i), Image: image(i)}
			return func(ctx context.Context) error {
				if err := c.CreateUserTriggered(ctx, in); !errors.Is(err, ErrRefused) {
					return fmt.Errorf("the trigger's error became %v", err)
				}
				return nil
			}
		},
	},
}

// someUsers stores users with their profiles.
func someUsers(ctx context.Context, b *Base) error {
	return errors.Join(b.users(ctx, 0, seededUsers), b.profiles(ctx, 0, seededUsers))
}

// Named returns the workload of that name.
func Named(name string) (Workload, error) {
	for _, w := range Workloads {
		if w.Name == name {
			return w, nil
		}
	}
	return Workload{}, fmt.Errorf("no workload %q: W1 to W%d", name, len(Workloads))
}
