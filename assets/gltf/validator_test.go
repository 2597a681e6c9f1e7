package gltf

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// validatorScript runs the Khronos validator (npm gltf-validator) over the files named on its standard input, one per
// line, and prints one JSON object per file. Its argument is the folder of the module.
const validatorScript = `
const path = require('path'), fs = require('fs');
const validator = require(path.resolve(process.argv[1]));
const files = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean);
(async () => {
  for (const file of files) {
    const out = {file, errors: 0, messages: []};
    try {
      const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), {
        uri: path.basename(file), maxIssues: 200,
        externalResourceFunction: uri => fs.promises.readFile(path.join(path.dirname(file), decodeURIComponent(uri))).then(b => new Uint8Array(b)),
      });
      out.errors = report.issues.numErrors;
      out.warnings = report.issues.numWarnings;
      out.messages = report.issues.messages.filter(m => m.severity < 2).slice(0, 20).map(m => m.code + ' ' + m.pointer + ': ' + m.message);
    } catch (e) { out.errors = 1; out.messages = [String(e)]; }
    console.log(JSON.stringify(out));
  }
})();
`

// verdict is what the validator says of a file.
type verdict struct {
	File             string
	Errors, Warnings int
	Messages         []string // errors and warnings
}

// validate runs the Khronos validator, or skips the test when it is not there.
func validate(t testing.TB, files ...string) map[string]verdict {
	t.Helper()
	module := os.Getenv("ORRERY_GLTF_VALIDATOR")
	if module == "" {
		t.Skip("ORRERY_GLTF_VALIDATOR does not name the folder of the npm module gltf-validator")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node to run the validator with")
	}
	cmd := exec.Command(node, "-e", validatorScript, module)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("validator: %v\n%s", err, errs.String())
	}
	found := map[string]verdict{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var v verdict
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		found[v.File] = v
	}
	return found
}

// mustBeValid writes a file and fails the test for each error that the validator finds in it.
func mustBeValid(t *testing.T, glb []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "m.glb")
	if err := os.WriteFile(file, glb, 0o600); err != nil {
		t.Fatal(err)
	}
	v := validate(t, file)[file]
	for _, m := range v.Messages {
		t.Log(m)
	}
	if v.Errors > 0 {
		t.Errorf("the validator finds %d errors", v.Errors)
	}
}
