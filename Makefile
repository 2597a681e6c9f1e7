# Orrery. `make help` lists the targets.

export GOFLAGS := -tags=migrated_fynedo
# The toolkit complains of a locale without a language, as minimal systems have it.
ifneq (,$(filter C POSIX C.UTF-8,$(or $(LANG),C)))
export LANG := en_GB.UTF-8
endif
BIN     := build/bin
# Models of others to read for a test of the importers; there may be none.
CORPUS  ?= ../shared/data/models
# The CAD tool needs the headers of OpenCASCADE; without them it is built as a tool that says so.
OCCT    ?= /usr/include/opencascade
TOUR    := build/tour
# Packages that need neither a display nor cgo: these also run under the race detector.
PURE    := ./twin/... ./scene/... ./assets/... ./render ./ui/chart ./ui/command ./cmd/orrery-plant/...
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.6.1
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.5.0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: run
run: packages-run build ## build and open the demo wind farm; with no display, play a tour in a virtual one
	@if xdpyinfo >/dev/null 2>&1 || [ -n "$$WAYLAND_DISPLAY" ]; then exec $(BIN)/orrery demo windfarm; \
	 else echo "no display: playing the tour in a virtual one, screenshots go to $(TOUR)/"; \
	      exec $(BIN)/orrery-tour -app $(BIN)/orrery -out $(TOUR); fi

.PHONY: demo
demo: build ## open the demo wind farm on this display
	$(BIN)/orrery demo windfarm

.PHONY: build
build: ## put the binaries into build/bin
	@mkdir -p $(BIN)
	go build -o $(BIN)/ ./cmd/...
	@if [ -e "$(OCCT)/Standard.hxx" ]; then echo "go build -tags occt ./cmd/orrery-cad"; \
	  go build -tags migrated_fynedo,occt -o $(BIN)/orrery-cad ./cmd/orrery-cad; \
	 else echo "no OpenCASCADE here: STEP, IGES and BREP will not be read (make packages-run installs it)"; fi

.PHONY: test
test: packages-test build ## set up, then run all tests
	go vet ./...
	go test -timeout 20m ./...

.PHONY: race
race: ## the tests of the pure packages under the race detector
	go test -race -short -timeout 20m $(PURE)

.PHONY: fuzz
fuzz: ## fuzz each reader of foreign bytes for 20 seconds
	@.ci/fuzz 20s

.PHONY: bench
bench: build ## the Go benchmarks, then the figures of this machine beside their bars
	go test -run '^$$' -bench . -benchtime 0.3s ./...
	$(BIN)/orrery bench

.PHONY: bench-history
bench-history: build ## the figures of history alone; takes some minutes
	$(BIN)/orrery bench history

.PHONY: corpus
corpus: build ## read every model below CORPUS and print how it went
	$(BIN)/orrery corpus $(CORPUS) --refused

.PHONY: golden
golden: ## accept the present pictures as the expected ones; look at them before you commit
	go test ./render/g3ngl ./ui/... -run 'Golden|Image' -update

.PHONY: lint
lint: ## golangci-lint with .golangci.yml
	go run $(GOLANGCI) run

.PHONY: check
check: ## format, vet, staticcheck and the short tests
	@test -z "$$(gofmt -l cmd ui render scene assets twin)" || { gofmt -l cmd ui render scene assets twin; echo "gofmt: run gofmt -w on these"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go test -short ./...

.PHONY: cover
cover: ## test coverage into build/cover.html
	@mkdir -p build
	go test -short -coverprofile build/cover.out ./...
	go tool cover -html build/cover.out -o build/cover.html

.PHONY: clean
clean: ## remove build/
	rm -rf build

.PHONY: packages-run packages-test
packages-run:
	@.ci/packages run
packages-test:
	@.ci/packages test
