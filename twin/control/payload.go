package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// encode writes a command as the plant reads it.
func encode(id, name string, value float64) ([]byte, error) {
	// Twelve digits: 0.7 of 100 % is 70, not 70.00000000000001.
	text := strconv.FormatFloat(value, 'g', 12, 64)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, errors.New("the value is not finite")
	}
	if text == "-0" {
		text = "0"
	}
	return json.Marshal(struct {
		ID    string      `json:"id"`
		Name  string      `json:"name"`
		Value json.Number `json:"value"`
	}{id, name, json.Number(text)})
}

// answer is what the plant says to a command.
type answer struct {
	ID     string   `json:"id"`
	OK     *bool    `json:"ok"`
	Reason string   `json:"reason"`
	Value  *float64 `json:"value"` // in the unit of the plant
}

const maxAnswer = 4096 // bytes

// decode reads an answer. Whatever is no answer is an error; its reason is made safe to show.
func decode(payload []byte) (answer, error) {
	var a answer
	if len(payload) > maxAnswer {
		return a, fmt.Errorf("an answer of %d bytes", len(payload))
	}
	if err := json.Unmarshal(payload, &a); err != nil {
		return a, err
	}
	if a.ID == "" || a.OK == nil {
		return a, errors.New("an answer needs id and ok")
	}
	a.Reason = strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '·'
		}
		return r
	}, a.Reason)
	if r := []rune(a.Reason); len(r) > 200 {
		a.Reason = string(r[:200]) + "…"
	}
	return a, nil
}
