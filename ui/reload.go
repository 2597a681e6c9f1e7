package ui

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/twin"
)

// recorder takes events for the journal. twin/engine.Engine is one.
type recorder interface{ Record(events ...twin.Event) }

// twinFile is the key under which a model file of the twin is watched.
type twinFile string

// watchTwin begins to watch the model files of the twin, when they lie on this machine.
func (x *session) watchTwin() {
	if x.bare || x.Project.FS == nil || x.Project.Dir == "" {
		return
	}
	for file, all := range x.models.stage.Files() {
		x.watchFile(file, all, stamp{})
	}
}

// watchFile watches a model file of the twin with the files that it refers to.
func (x *session) watchFile(file string, all []string, read stamp) {
	set := watched{files: []string{file}, fsys: x.Project.FS, read: read}
	for _, f := range all {
		if f != file && len(set.files) < maxWatched {
			set.files = append(set.files, f)
		}
	}
	x.models.watcher.watch(twinFile(file), set)
}

// reloadDue reads again what has changed on the disk.
func (x *session) reloadDue() {
	for _, key := range x.models.watcher.take() {
		switch k := key.(type) {
		case *openedModel:
			if slices.Contains(x.models.list, k) {
				x.models.reload(k)
			}
		case twinFile:
			x.reloadTwin(string(k))
		}
	}
}

// reload reads the file of an opened model again. Until that is done, and if it cannot be done, the old version stays.
func (l *library) reload(o *openedModel) {
	if o.job != nil && o.job.failure == nil {
		return // it is being read
	}
	if o.job != nil {
		l.cancel(o.job)
	}
	j := &openJob{name: filepath.Base(o.path), path: o.path, read: l.read, again: true}
	o.job = j
	j.done = func(r *reading, err error) {
		if err != nil {
			return // the row says why
		}
		o.job = nil
		l.take(o, r)
		l.show(o, r)
		l.x.deselectGone()
		l.x.s.Note(o.name + " was read again")
	}
	l.add(j)
}

// follow watches the files of a model that was read.
func (l *library) follow(o *openedModel, files []string, read stamp) {
	l.watcher.watch(o, watched{files: files, read: read})
}

// reloadTwin reads a model file of the twin again. The plant goes on to show the old one until that is done; when it
// cannot be done, it stays with a warning.
func (x *session) reloadTwin(file string) {
	l := x.models
	for _, j := range l.rows() {
		if j.fsys != nil && j.path == file {
			l.cancel(j) // an older version, or its failure
		}
	}
	j := &openJob{name: path.Base(file), path: file, fsys: x.Project.FS, read: l.read, again: true}
	j.done = func(r *reading, err error) {
		if err != nil {
			x.staleModel(file, err)
			l.cancel(j) // the notice says it
			return
		}
		x.swap(file, r.model)
		x.watchFile(file, r.model.Files, r.stamp)
	}
	l.add(j)
}

// swap shows a new version of a model of the twin, and says what of the twin it no longer fits.
func (x *session) swap(file string, model *assets.Model) {
	lost := x.models.stage.Swap(file, model)
	x.models.changed()
	name := path.Base(file)
	if len(lost) == 0 {
		x.notice.set("", "", nil)
		x.s.Note(name + " was read again")
		x.record("model changed", name+" was read again: all nodes that the twin file names are there")
		return
	}
	text := goneText(lost)
	x.notice.set("The CAD moved on, the twin did not", name+": "+text, func() {
		x.s.showReport("The CAD moved on, the twin did not", name+" lacks nodes that the twin file names; what is bound to them does not show. Mend the model, or the twin file.", lost)
	})
	x.record("model changed", name+": "+text)
}

// goneText names what is gone: a few by name, the rest by number.
func goneText(lost []string) string {
	const named = 3
	verb := "nodes are"
	if len(lost) == 1 {
		verb = "node is"
	}
	text := fmt.Sprintf("%d bound %s gone: %s", len(lost), verb, strings.Join(lost[:min(len(lost), named)], ", "))
	if n := len(lost) - named; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// staleModel says that the view shows an older version of a file than the disk has.
func (x *session) staleModel(file string, err error) {
	name := path.Base(file)
	x.notice.set("The view shows an older "+name, "The file was changed, but cannot be read: "+lower(reason(err, name)), func() {
		x.s.showReport(name+" could not be read again", "The view shows the version that was read last", strings.Split(err.Error(), "\n"))
	})
	x.record("model unreadable", name+" was changed and cannot be read: "+reason(err, name))
}

// record writes an event into the journal of the twin, if it has one.
func (x *session) record(action, text string) {
	if r, ok := x.Engine.(recorder); ok {
		r.Record(twin.Event{Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: action, Text: text})
	}
}

// existing sorts paths by whether their files are there; why says what is wrong with the others. It touches the disk.
func existing(paths []string, timeout time.Duration) map[string]string {
	why := make(chan [2]string, len(paths))
	for _, p := range paths {
		go func() {
			reason := ""
			if stampOf(nil, p) == (stamp{}) {
				reason = "the file is no longer there"
			}
			why <- [2]string{p, reason}
		}()
	}
	out := map[string]string{}
	end := time.After(timeout)
	for range paths {
		select {
		case w := <-why:
			out[w[0]] = w[1]
		case <-end:
			for _, p := range paths {
				if _, known := out[p]; !known {
					out[p] = "its disk does not answer"
				}
			}
			return out
		}
	}
	return out
}
