"""How patients move: waiting lists, capacity, projections, follow-ups, beds, avoidable activity, care closer to home, prices."""
