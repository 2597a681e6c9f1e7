// Package control is the only way to the plant. Models and people propose; the Guard lets through what is allowed, one
// command at a time, and sees to it that each one ends in a way that is known and written down.
//
// # Nouns
//
//   - Point: a set-point of the plant with its limits, topics and the signal that shows its effect.
//   - Setpoint: what somebody asks for. Command: that wish on its way through the states.
//   - Guard: keeps the commands. Publisher: carries them; twin/mqtt.Client fits.
//
// # The way of a command
//
//	Propose → Proposed → Arm → Armed → Execute → Sent → (answer of the plant) → Accepted → (seen in the signal) → Done
//
// Proposed and Armed end in Cancelled or Expired, Sent and Accepted in Failed: the plant refused, did not answer, took
// another value, or the signal did not follow in time. A command is armed and sent only while the view is live, within
// the limits, the greatest step and the least interval of its point, by one and the same named person, with no other
// command under way for the point, and when the interlock agrees. The guard never sends again by itself.
//
// # Goroutines, memory, units
//
// Methods are safe for concurrent use. Run listens to answers and watches times; without it nothing is sent. Commands
// are plain values, copied out; the newest 256 are kept. Values are SI; the payload is in the unit of the plant:
// {"id":"…","name":"power_limit","value":70}, answered by {"id":"…","ok":true,"reason":"","value":70}.
//
// # Errors
//
// Errors are sentences for people and leave the command as it was. Each change of state is one event for the journal.
//
// # Example
//
//	c, err := guard.Propose(control.Setpoint{Point: "farm/T03/power_limit", Value: 0.7, User: "ann", Reason: "spare the gearbox"})
//	c, err = guard.Arm(c.ID, "ann")
//	c, err = guard.Execute(ctx, c.ID, "ann")
package control
