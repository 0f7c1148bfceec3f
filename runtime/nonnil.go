package runtime

// NonNil makes a nil slice an empty one, which is what is stored for it.
func NonNil[S ~[]E, E any](v *S) {
	if *v == nil {
		*v = S{}
	}
}

// NonNilPtr is NonNil for a slice that may be null. What the pointer points at
// is the caller's and stays as it is.
func NonNilPtr[S ~[]E, E any](v **S) {
	if *v != nil && **v == nil {
		*v = &S{}
	}
}

// NonNilOpt is NonNil for the field of a patch.
func NonNilOpt[S ~[]E, E any](o *Opt[S]) {
	if o.set {
		NonNil(&o.value)
	}
}

// NonNilOptPtr is NonNilPtr for the field of a patch.
func NonNilOptPtr[S ~[]E, E any](o *Opt[*S]) {
	if o.set {
		NonNilPtr(&o.value)
	}
}
