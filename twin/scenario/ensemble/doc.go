// Package ensemble computes the jobs of experiments on other processes and machines: an executor hands them to the workers
// through NATS JetStream, by a server inside the app or by a cluster. It moves jobs and knows nothing of what they compute.
//
// # Nouns
//
//   - Server: a NATS server inside this process: on the loopback, at a free port, with a password made at random.
//   - Address, Link: how to reach a server or a cluster (TLS, client certificate, credentials), and the connection.
//   - Executor: a scenario.Executor: sends jobs, takes results. Status says how it goes.
//   - Worker (Serve): takes jobs, computes them, and answers.
//   - Kind, Opener: a name for what jobs do, and what makes a worker ready for the jobs of one kind and Model.
//   - Bundle: the files of a model as one piece, named by its SHA-256; workers fetch it once and check it by its name.
//   - Batch: the jobs of one run. Desk: whoever runs one.
//
// # What is promised
//
// Each ID of a run is handed on once, whatever happens to workers, connections and servers meanwhile. It may be computed more than
// once: a worker that is silent for 4 s has lost its jobs to others. A result counts when the server has stored it, and only
// then is the job taken off; the server refuses a second result of a job, and the executor drops one that still comes.
// Jobs that are neither waiting nor answered, as after the loss of a server's disk, are sent again. What came before a run
// ended early stands; its error is an *Unfinished with the numbers.
//
// An error of a job is its result. A job during which workers end three times, while they compute nothing else, is given up
// with an error; other jobs do not suffer from it. A job that a worker cannot do (NotHere: native code that is not trusted there, an
// unknown kind) goes to another one; when all refuse, the run ends and says why.
//
// A worker that is to end takes no more jobs, gives back those that it has not begun and finishes the others within its grace.
// A run that ends tells the workers, and removes its jobs. When a desk is not heard for a minute, the workers do that.
//
// # Trust
//
// A worker runs its own code alone: the kinds that it was built with. What a model may do on its machine is decided by the Opener,
// there. Whoever can reach the account of the server can send jobs and forge results: other machines need TLS, unless
// Address.Insecure says otherwise, and passwords come from the environment or a callback, never from a URL.
//
// # Bounds
//
// At most Options.Window jobs and Options.Bytes of payloads are under way; the sequence of jobs is pulled as they are answered. A
// worker holds 128 jobs for each that it computes at once, or 100 ms of work. A payload has at most 8 MiB, and no more than the
// server takes, a bundle 128 MiB; a worker keeps the 32 models that it used last on its disk. Results are removed from the server as they are taken; what nobody takes goes after a day.
//
// # Goroutines
//
// Run works in its caller's goroutine; the sequence of jobs is pulled in a second one and results are read in a third, both of
// which end before Run returns or, the last, right after. Serve has one goroutine per job at once, one for each job under
// way, and one for heartbeats. The locks of book, crew, desks, bench and Worker are held for a few instructions and never one inside another.
//
// # Errors
//
// Errors read "ensemble: what: cause: remedy", in one line. *Unfinished, *NotHere and *VersionError can be asked for.
//
// # Example
//
//	server, err := ensemble.StartServer(ensemble.ServerOptions{})
//	link, err := ensemble.Connect(ctx, server.Address())
//	go ensemble.Serve(ctx, link, ensemble.WorkerOptions{Kinds: kinds})
//	executor, err := ensemble.NewExecutor(link, ensemble.Options{Kind: "study answer", Model: bundle})
//	err = executor.Run(ctx, jobs, func(r scenario.Result) { … })
package ensemble
